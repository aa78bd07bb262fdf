import type { DuckDBConnection } from '@duckdb/node-api';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { SourceShape } from '../../../engine/contract/source.ts';
import { nameColumns } from '../../../engine/data/formats/names.ts';
import { identifier, literal } from './database.ts';
import type { StoredColumn } from './stored-column.ts';

/** Variables that a long table may have: each becomes a column. */
const maximumVariables = 2000;

/** Rows that tell whether a column is worth looking at. */
const shownRows = 50;

const variableName = /^(variable|variables|metric|measure|parameter|feature|attribute|signal|channel|tag)$/i;
const valueName = /^(value|values|val|y|reading|measurement|amount)$/i;

const number = String.raw`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`;
/** "1 2 3", "1, 2, 3" or "[1, 2, 3]": two numbers or more. */
const listShape = String.raw`^\s*\[?\s*${number}([\s,;]+(${number}|null|NaN))+\s*\]?\s*$`;

export interface Reshaped {
  readonly shape: SourceShape;
  readonly columns: readonly StoredColumn[];
  readonly notes: readonly string[];
}

/** The text columns whose every filled cell is a list of numbers. */
export async function listColumns(
  connection: DuckDBConnection,
  table: string,
  texts: readonly string[],
): Promise<string[]> {
  if (texts.length === 0) return [];
  const shape = new RegExp(listShape);
  const shown = await connection.runAndReadAll(
    `SELECT ${texts.map(identifier).join(', ')} FROM ${identifier(table)} LIMIT ${shownRows}`,
  );
  const likely = texts.filter((_, i) => {
    const cells = (shown.getColumns()[i] ?? []).filter((cell) => typeof cell === 'string');
    return cells.length > 0 && cells.every((cell) => shape.test(cell));
  });
  return likely.length === 0 ? [] : matching(connection, identifier(table), likely);
}

/** Two numbers may be a place on a map; three or more in some cell are a sequence. */
async function hasLongList(
  connection: DuckDBConnection,
  table: string,
  lists: readonly string[],
): Promise<boolean> {
  if (lists.length === 0) return false;
  const three = literal(String.raw`^\s*\[?\s*${number}([\s,;]+${number}){2}`);
  const any = lists.map((name) => `coalesce(bool_or(regexp_matches(${identifier(name)}, ${three})), false)`);
  const result = await connection.runAndReadAll(`SELECT ${any.join(' OR ')} FROM ${identifier(table)}`);
  return result.getRows()[0]?.[0] === true;
}

async function matching(
  connection: DuckDBConnection,
  from: string,
  texts: readonly string[],
): Promise<string[]> {
  const checks = texts.map((name) => {
    const id = identifier(name);
    return `coalesce(count(${id}) > 0 AND bool_and(regexp_matches(${id}, ${literal(listShape)})), false)`;
  });
  const result = await connection.runAndReadAll(`SELECT ${checks.join(', ')} FROM ${from}`);
  const row = result.getRows()[0] ?? [];
  return texts.filter((_, i) => row[i] === true);
}

/**
 * Brings a table that is long, or holds a sequence in every row, into one row a step and one column a variable.
 * @param wish a person's choice; null finds it.
 * @param name what messages call the file.
 */
export async function reshape(
  connection: DuckDBConnection,
  table: string,
  columns: readonly StoredColumn[],
  wish: SourceShape | null,
  name: string,
): Promise<Reshaped> {
  const wide: Reshaped = { shape: 'wide', columns, notes: [] };
  if (wish === 'wide') return wide;
  const variable = columns.find((column) => column.type === 'text' && variableName.test(column.name));
  const value = columns.find(
    (column) => (column.type === 'number' || column.type === 'integer') && valueName.test(column.name),
  );
  const rest = columns.filter((column) => column !== variable && column !== value);
  const couldBeLong = variable !== undefined && value !== undefined && rest.length >= 1;
  if (wish === 'long' || (wish === null && couldBeLong && rest.length <= 3)) {
    if (couldBeLong) return pivot(connection, table, { variable, value, rest }, wish === null, wide, name);
    throw new WorkbenchError(
      'config/impossible',
      'The table is not long: it lacks a column of variables or of values',
      {
        where: `data.source.shape, ${name}`,
        hint: 'A long table has columns such as series, time, variable and value.',
      },
    );
  }
  const texts = columns.filter(({ type }) => type === 'text').map((column) => column.name);
  const lists = await listColumns(connection, table, texts);
  const told = wish === 'rows' || (await hasLongList(connection, table, lists));
  if (lists.length > 0 && told) return explode(connection, table, columns, new Set(lists), name);
  if (wish !== 'rows') return wide;
  throw new WorkbenchError('config/impossible', 'No column holds a list of numbers in every row', {
    where: `data.source.shape, ${name}`,
    hint: 'Write a sequence into a cell as "1 2 3" or [1, 2, 3].',
  });
}

interface LongColumns {
  readonly variable: StoredColumn;
  readonly value: StoredColumn;
  /** What tells rows apart: series and time. */
  readonly rest: readonly StoredColumn[];
}

async function pivot(
  connection: DuckDBConnection,
  table: string,
  { variable, value, rest }: LongColumns,
  found: boolean,
  wide: Reshaped,
  name: string,
): Promise<Reshaped> {
  const ids = rest.map((column) => identifier(column.name)).join(', ');
  const [variableId, valueId] = [identifier(variable.name), identifier(value.name)];
  const counted = await connection.runAndReadAll(
    `SELECT count(*), count(DISTINCT (${ids}, ${variableId})), count(${variableId}), count(DISTINCT ${variableId}) FROM ${identifier(table)}`,
  );
  const [rows = 0, distinct = 0, filled = 0, variables = 0] = (counted.getRows()[0] ?? []).map(Number);
  const trouble =
    filled < rows
      ? `column "${variable.name}" has missing cells`
      : distinct < rows
        ? `${rows - distinct} rows have the same ${rest.map((column) => `"${column.name}"`).join(', ')} and "${variable.name}" as another`
        : variables > maximumVariables
          ? `column "${variable.name}" names ${variables} variables; at most ${maximumVariables} become columns`
          : null;
  if (trouble !== null) {
    if (found) return { ...wide, notes: [`The table looks long, but is read as it is: ${trouble}.`] };
    throw new WorkbenchError('config/impossible', `The long table cannot be made wide: ${trouble}`, {
      where: `data.source.shape, ${name}`,
      hint: 'Set data.source.shape to "wide", or correct the rows.',
    });
  }
  const listed = await connection.runAndReadAll(
    `SELECT ${variableId} FROM ${identifier(table)} GROUP BY ${variableId} ORDER BY min(rowid)`,
  );
  const texts = listed.getRows().map(([text]) => String(text));
  const { names } = nameColumns([...rest.map((column) => column.name), ...texts]);
  const picked = texts.map(
    (text, i) =>
      `max(${valueId}) FILTER (${variableId} = ${literal(text)}) AS ${identifier(names[rest.length + i] as string)}`,
  );
  await replaceTable(
    connection,
    table,
    `SELECT ${ids}, ${picked.join(', ')} FROM ${identifier(table)} GROUP BY ${ids} ORDER BY min(rowid)`,
  );
  const made = texts.map(
    (_, i): StoredColumn => ({ ...value, name: names[rest.length + i] as string, almost: null }),
  );
  return {
    shape: 'long',
    columns: [...rest, ...made],
    notes: [
      `The table is long: "${variable.name}" names ${texts.length} variables, which became columns${found ? ' (data.source.shape "wide" reads it as it is)' : ''}.`,
    ],
  };
}

async function explode(
  connection: DuckDBConnection,
  table: string,
  columns: readonly StoredColumn[],
  lists: ReadonlySet<string>,
  name: string,
): Promise<Reshaped> {
  const parsed = [...lists].map((list) => {
    const digits = `trim(regexp_replace(${identifier(list)}, '[\\[\\]]', ' ', 'g'))`;
    return { list, expression: `string_split_regex(${digits}, '[\\s,;]+')` };
  });
  const [first] = parsed;
  const length = `coalesce(len(${first?.expression ?? "''"}), 0)`;
  const uneven = await connection.runAndReadAll(
    `SELECT min(rowid) FROM ${identifier(table)} WHERE ${parsed.map(({ expression }) => `coalesce(len(${expression}), 0) <> ${length}`).join(' OR ')}`,
  );
  const row = uneven.getRows()[0]?.[0];
  if (row !== null && row !== undefined) {
    throw new WorkbenchError('data/ragged-rows', 'The sequences of a row have different lengths', {
      where: `${name}, row ${Number(row) + 1}, columns ${[...lists].map((list) => `"${list}"`).join(', ')}`,
      hint: 'Give all lists of a row the same number of values, or set data.source.shape to "wide".',
      data: { row: Number(row) + 1 },
    });
  }
  // Names of columns never begin with a space: those of the query cannot meet one.
  const { names } = nameColumns(['sequence', 'step', ...columns.map((column) => column.name)]);
  const [sequence = 'sequence', step = 'step', ...own] = names;
  const cells = columns.map((column, i) => {
    const id = identifier(column.name);
    const as = identifier(own[i] as string);
    return lists.has(column.name)
      ? `TRY_CAST(list_extract(${id}, " step" + 1) AS DOUBLE) AS ${as}`
      : `${id} AS ${as}`;
  });
  const split = parsed.map(({ list, expression }) => `${expression} AS ${identifier(list)}`).join(', ');
  await replaceTable(
    connection,
    table,
    `SELECT CAST(" row" AS BIGINT) AS ${identifier(sequence)}, CAST(" step" AS BIGINT) AS ${identifier(step)}, ${cells.join(', ')}
     FROM (SELECT rowid AS " row", * REPLACE (${split}), unnest(range(${length})) AS " step" FROM ${identifier(table)})
     ORDER BY " row", " step"`,
  );
  const plain = { format: null, pattern: null, almost: null };
  return {
    shape: 'rows',
    columns: [
      { name: sequence, type: 'integer', ...plain },
      { name: step, type: 'integer', ...plain },
      ...columns.map((column, i): StoredColumn => {
        const renamed = { ...column, name: own[i] as string };
        return lists.has(column.name) ? { ...renamed, type: 'number', ...plain } : renamed;
      }),
    ],
    notes: [
      `Every row holds a sequence (${[...lists].map((list) => `"${list}"`).join(', ')}): its values became rows with the columns "${sequence}" and "${step}".`,
    ],
  };
}

async function replaceTable(connection: DuckDBConnection, table: string, query: string): Promise<void> {
  const temporary = identifier(`${table} reshaped`);
  await connection.run(`CREATE OR REPLACE TABLE ${temporary} AS ${query}`);
  await connection.run(`DROP TABLE ${identifier(table)}`);
  await connection.run(`ALTER TABLE ${temporary} RENAME TO ${identifier(table)}`);
}
