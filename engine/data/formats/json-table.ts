import { WorkbenchError } from '../../base/errors.ts';
import { type Cell, columnOfCells } from './cells.ts';
import { nameColumns } from './names.ts';
import type { DroppedRows, ParsedTable } from './parsed-table.ts';

export interface JsonOptions {
  /** What messages call the file. */
  readonly name: string;
  /** Keys to the records, joined by dots; null finds them. */
  readonly path: string | null;
}

/** Records of a JSON text, and where they are. */
export interface JsonReading {
  readonly table: ParsedTable;
  /** Keys to the records; null where the whole value is them. */
  readonly path: string | null;
  /** Paths of all lists that could be records, longest list first. */
  readonly paths: readonly string[];
}

/** A table has at most this many columns. */
const maximumColumns = 16_384;
/** How deep the search for records goes, and how deep objects are flattened. */
const searchDepth = 4;
const flattenDepth = 16;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Records of a JSON text: a list of objects (nested ones flattened to columns `a.b`), a list of lists, lists by column
 * name, or values by column and row as pandas writes them.
 * @throws data/unreadable, data/empty, data/unknown-column for a path that leads nowhere, data/too-wide.
 */
export function parseJson(text: string, options: JsonOptions): JsonReading {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (cause) {
    throw new WorkbenchError('data/unreadable', `The file is not JSON: ${reasonOf(cause)}`, {
      where: options.name,
      hint: 'Check the file with a JSON editor; one object a line is read as JSON lines (.jsonl).',
      cause,
    });
  }
  const { value, path, note } =
    options.path === null || options.path === '' ? findRecords(root) : follow(root, options.path, options);
  const table = tableOf(value, options);
  return {
    table: note === null ? table : { ...table, notes: [note, ...table.notes] },
    path,
    paths: jsonPaths(root).map((found) => found.path),
  };
}

/** Records of a file with one JSON value a line; blank lines are not counted. */
export function parseJsonLines(text: string, options: JsonOptions): ParsedTable {
  const builder = new RecordTable(options.name);
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    line++;
    const content = text.slice(start, stop).trim();
    start = stop + 1;
    if (content === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(content);
    } catch (cause) {
      throw new WorkbenchError('data/unreadable', `This line is not JSON: ${reasonOf(cause)}`, {
        where: `${options.name}, line ${line}`,
        hint: 'Every line of the file must be one JSON object.',
        data: { line },
        cause,
      });
    }
    const inside =
      options.path === null || options.path === '' ? value : follow(value, options.path, options).value;
    for (const record of options.path !== null && Array.isArray(inside) ? inside : [inside])
      builder.add(record);
  }
  return builder.finish();
}

/** Paths of the lists in a JSON value that could be records, longest list first. */
function jsonPaths(root: unknown): { readonly path: string; readonly records: number }[] {
  const found: { path: string; records: number }[] = [];
  const visit = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) found.push({ path: path.join('.'), records: value.length });
    else if (isObject(value) && path.length < searchDepth) {
      for (const [key, inside] of Object.entries(value).slice(0, 200)) visit(inside, [...path, key]);
    }
  };
  visit(root, []);
  return found.sort((a, b) => b.records - a.records);
}

interface FoundRecords {
  readonly value: unknown;
  readonly path: string | null;
  readonly note: string | null;
}

function findRecords(root: unknown): FoundRecords {
  const whole = { value: root, path: null, note: null };
  if (!isObject(root) || columnsOf(root) !== null) return whole;
  const [longest, ...others] = jsonPaths(root).filter(({ path }) => path !== '');
  if (longest === undefined || longest.records === 0) return whole;
  const note = `The records are read from "${longest.path}", the longest list of the file${
    others.length === 0
      ? ''
      : ` (others: ${others
          .slice(0, 5)
          .map(({ path }) => `"${path}"`)
          .join(', ')})`
  }.`;
  return {
    value: longest.path.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), root),
    path: longest.path,
    note,
  };
}

function follow(root: unknown, path: string, { name }: JsonOptions): FoundRecords {
  let value = root;
  for (const key of path.split('.')) {
    const next: unknown = Array.isArray(value)
      ? value[Number(key)]
      : isObject(value) && Object.hasOwn(value, key)
        ? value[key]
        : undefined;
    if (next === undefined) {
      const paths = jsonPaths(root)
        .slice(0, 8)
        .map((found) => `"${found.path}"`);
      throw new WorkbenchError('data/unknown-column', `There is nothing at "${path}" in the file`, {
        where: name,
        hint:
          paths.length === 0 ? 'The file holds no list.' : `The lists of the file are ${paths.join(', ')}.`,
        data: { path },
      });
    }
    value = next;
  }
  return { value, path, note: null };
}

function tableOf(value: unknown, options: JsonOptions): ParsedTable {
  const builder = new RecordTable(options.name);
  if (Array.isArray(value)) {
    for (const record of value) builder.add(record);
    return builder.finish();
  }
  if (isObject(value)) {
    const columns = columnsOf(value);
    if (columns === null) {
      builder.add(value);
      return builder.finish();
    }
    const { keys, at } = columns;
    for (const key of keys) {
      builder.add(Object.fromEntries(Object.keys(value).map((column) => [column, at(column, key)])));
    }
    return builder.finish();
  }
  throw new WorkbenchError('data/unreadable', 'The file holds a single value and no records', {
    where: options.name,
    hint: 'Give a list of objects, or objects with lists of equal length.',
  });
}

/** Values by column: lists of equal length (`{"a": [1, 2]}`), or objects by row (`{"a": {"0": 1, "1": 2}}`). */
function columnsOf(
  value: JsonObject,
): { readonly keys: readonly string[]; readonly at: (column: string, key: string) => unknown } | null {
  const columns = Object.values(value);
  const [first] = columns;
  if (columns.length === 0) return null;
  if (Array.isArray(first)) {
    const alike = columns.every(
      (column) => Array.isArray(column) && column.length === first.length && !column.some(isObject),
    );
    if (!alike || first.length === 0) return null;
    return {
      keys: first.map((_, row) => String(row)),
      at: (column, key) => (value[column] as readonly unknown[])[Number(key)],
    };
  }
  if (!isObject(first) || columns.length < 1) return null;
  const rows = Object.keys(first);
  const indexed = rows.length > 0 && rows.every((row, i) => row === String(i));
  const alike = columns.every((column) => isObject(column) && Object.keys(column).length === rows.length);
  if (!indexed || !alike) return null;
  return { keys: rows, at: (column, key) => (value[column] as JsonObject)[key] };
}

/** Gathers records whose keys may come in any order and any number. */
class RecordTable {
  readonly #name: string;
  readonly #columns = new Map<string, (Cell | undefined)[]>();
  #rows = 0;
  #empty = 0;
  #rounded = false;

  constructor(name: string) {
    this.#name = name;
  }

  add(record: unknown): void {
    if (record === null || (isObject(record) && Object.keys(record).length === 0)) {
      this.#empty++;
      return;
    }
    if (Array.isArray(record) && !record.some(isObject)) {
      for (const [i, value] of record.entries()) this.#set(`column${i + 1}`, value);
      if (record.length === 0) {
        this.#empty++;
        return;
      }
    } else if (isObject(record)) this.#flatten(record, '', 0);
    else this.#set('value', record);
    this.#rows++;
  }

  finish(): ParsedTable {
    if (this.#rows === 0) {
      throw new WorkbenchError('data/empty', 'The file holds no records', { where: this.#name });
    }
    const { names, notes } = nameColumns([...this.#columns.keys()]);
    const columns = [...this.#columns.values()].map((cells, i) => {
      cells.length = this.#rows;
      return columnOfCells(names[i] as string, Array.from(cells), 'times');
    });
    const dropped: DroppedRows[] = this.#empty === 0 ? [] : [{ reason: 'empty record', count: this.#empty }];
    const rounded = this.#rounded
      ? ['Whole numbers beyond 2^53 are in the file; they lose their last digits. Write them as texts.']
      : [];
    return {
      columns,
      rowCount: this.#rows,
      read: this.#rows + this.#empty,
      dropped,
      notes: [...notes, ...rounded],
    };
  }

  #flatten(record: JsonObject, prefix: string, depth: number): void {
    for (const [key, value] of Object.entries(record)) {
      const column = prefix === '' ? key : `${prefix}.${key}`;
      if (isObject(value) && Object.keys(value).length > 0 && depth < flattenDepth) {
        this.#flatten(value, column, depth + 1);
      } else this.#set(column, value);
    }
  }

  #set(column: string, value: unknown): void {
    let cells = this.#columns.get(column);
    if (cells === undefined) {
      cells = [];
      this.#columns.set(column, cells);
      if (this.#columns.size > maximumColumns) {
        throw new WorkbenchError('data/too-wide', `The records have more than ${maximumColumns} keys`, {
          where: this.#name,
          hint: 'Choose a list inside the records with data.source.path.',
        });
      }
    }
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      this.#rounded ||= Math.abs(value) < 1e22;
    }
    cells[this.#rows] = cellOf(value);
  }
}

/** Lists and deep objects stay JSON text: a list of numbers is a sequence in a cell. */
function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').slice(0, 120);
}
