import type { Experiment } from '../../contract/experiment.ts';
import { type Part, parts } from '../segments.ts';
import { type Column, findColumn, type Table, type TextColumn } from '../table.ts';
import type { DocumentRows, TextUse } from './documents.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Tokens of all texts one after another, with what each belongs to. All arrays are [tokens]. */
export interface TokenSequences {
  readonly tokens: Int32Array;
  /** Row of the table that the token comes from. */
  readonly rows: Int32Array;
  /** Number of the sequence, from 0; every sequence has one part. */
  readonly sequences: Int32Array;
  readonly parts: readonly Part[];
  /** 0 where the token only introduces what is to be predicted (the source of a pair), 1 elsewhere. */
  readonly weights: Float64Array | null;
  readonly counts: Readonly<Record<Part, number>>;
  readonly truncated: number;
  /** Tokens after the training part, and how many of them are unknown. */
  readonly later: { readonly tokens: number; readonly unknown: number };
}

/** Turns the texts of a table into sequences of tokens, as their use asks for. */
export function tokenSequences(
  experiment: Experiment,
  table: Table,
  use: Exclude<TextUse, { kind: 'cells' }>,
  tokenizer: Tokenizer,
  documents: DocumentRows,
): TokenSequences {
  const builder = new SequenceBuilder(experiment, table, use, tokenizer);
  for (const part of parts) {
    for (const row of documents.rows[part]) builder.add(row, part);
    builder.endPart();
  }
  return builder.build();
}

class SequenceBuilder {
  readonly #experiment: Experiment;
  readonly #use: Exclude<TextUse, { kind: 'cells' }>;
  readonly #tokenizer: Tokenizer;
  readonly #sources: readonly Column[];
  readonly #target: Column | null;
  readonly #lineBreak: readonly number[];
  #tokens = new Int32Array(1024);
  #rows = new Int32Array(1024);
  #sequences = new Int32Array(1024);
  #weights = new Uint8Array(1024);
  #length = 0;
  #open = false;
  #truncated = 0;
  #later = 0;
  #unknown = 0;
  readonly #parts: Part[] = [];
  readonly #counts: Record<Part, number> = { train: 0, validation: 0, test: 0 };

  constructor(
    experiment: Experiment,
    table: Table,
    use: Exclude<TextUse, { kind: 'cells' }>,
    tokenizer: Tokenizer,
  ) {
    this.#experiment = experiment;
    this.#use = use;
    this.#tokenizer = tokenizer;
    this.#sources = use.sources.map((name) => findColumn(table, name));
    const present = use.kind === 'pairs' && table.columns.some(({ name }) => name === use.target);
    this.#target = use.kind === 'pairs' && present ? findColumn(table, use.target) : null;
    const lineBreak = tokenizer.encode('\n');
    this.#lineBreak = lineBreak.length === 0 ? [tokenizer.special.end] : lineBreak;
  }

  add(row: number, part: Part): void {
    const { special } = this.#tokenizer;
    switch (this.#use.kind) {
      case 'documents': {
        const tokens = this.#cut(this.#source(row, part));
        this.#begin(part);
        this.#push(tokens.length === 0 ? [special.end] : tokens, row, 1);
        break;
      }
      case 'pairs': {
        const source = this.#cut(this.#source(row, part));
        const target = this.#target === null ? [] : this.#cut(this.#encode(this.#target, row, part));
        this.#begin(part);
        this.#push([...source, special.separator], row, 0);
        this.#push([...target, special.end], row, 1);
        break;
      }
      case 'model':
        this.#addModel(row, part);
    }
  }

  endPart(): void {
    this.#open = false;
  }

  build(): TokenSequences {
    const length = this.#length;
    return {
      tokens: this.#tokens.slice(0, length),
      rows: this.#rows.slice(0, length),
      sequences: this.#sequences.slice(0, length),
      parts: this.#parts,
      weights: this.#use.kind === 'pairs' ? Float64Array.from(this.#weights.subarray(0, length)) : null,
      counts: this.#counts,
      truncated: this.#truncated,
      later: { tokens: this.#later, unknown: this.#unknown },
    };
  }

  /** Joined lines run on through a part; a document of its own is cut into windows that share one token. */
  #addModel(row: number, part: Part): void {
    const { data } = this.#experiment;
    const { special } = this.#tokenizer;
    const text = this.#source(row, part);
    if (data.text.documents === 'joined') {
      if (!this.#open) this.#begin(part);
      this.#open = true;
      this.#push([...text, ...this.#lineBreak], row, 1);
      return;
    }
    const tokens = [special.begin, ...text, special.end];
    const span = data.sequence === 'whole' ? tokens.length : data.window + 1;
    const step = data.sequence === 'whole' ? tokens.length : data.stride;
    for (let start = 0; start + 1 < tokens.length; start += step) {
      this.#begin(part);
      this.#push(tokens.slice(start, start + span), row, 1);
      if (start + span >= tokens.length) break;
    }
  }

  /** Tokens of all source columns of a row, with a separator between two. */
  #source(row: number, part: Part): number[] {
    return this.#sources.flatMap((column, index) => [
      ...(index > 0 ? [this.#tokenizer.special.separator] : []),
      ...this.#encode(column, row, part),
    ]);
  }

  #encode(column: Column, row: number, part: Part): number[] {
    const tokens = this.#tokenizer.encode(textAt(column, row));
    if (part !== 'train') {
      const { unknown } = this.#tokenizer.special;
      this.#later += tokens.length;
      if (unknown !== null) for (const token of tokens) if (token === unknown) this.#unknown++;
    }
    return tokens;
  }

  #cut(tokens: number[]): number[] {
    const { maximumLength, truncate } = this.#experiment.data.text;
    if (maximumLength === null || tokens.length <= maximumLength) return tokens;
    this.#truncated++;
    return truncate === 'end' ? tokens.slice(0, maximumLength) : tokens.slice(-maximumLength);
  }

  #begin(part: Part): void {
    this.#parts.push(part);
  }

  #push(tokens: readonly number[], row: number, weight: 0 | 1): void {
    const end = this.#length + tokens.length;
    if (end > this.#tokens.length) this.#grow(end);
    const part = this.#parts.at(-1) as Part;
    this.#tokens.set(tokens, this.#length);
    this.#rows.fill(row, this.#length, end);
    this.#sequences.fill(this.#parts.length - 1, this.#length, end);
    this.#weights.fill(weight, this.#length, end);
    this.#counts[part] += tokens.length;
    this.#length = end;
  }

  #grow(needed: number): void {
    const size = Math.max(needed, 2 * this.#tokens.length);
    const longer = (values: Int32Array): Int32Array<ArrayBuffer> => {
      const copy = new Int32Array(size);
      copy.set(values);
      return copy;
    };
    this.#tokens = longer(this.#tokens);
    this.#rows = longer(this.#rows);
    this.#sequences = longer(this.#sequences);
    const weights = new Uint8Array(size);
    weights.set(this.#weights);
    this.#weights = weights;
  }
}

/** The text of a cell; nothing where it is missing. Numbers in a column of texts are texts too. */
export function textAt(column: Column, row: number): string {
  if (column.type === 'text') {
    const code = column.codes[row] as number;
    return code < 0 ? '' : ((column as TextColumn).dictionary[code] as string);
  }
  const value = column.values[row] as number;
  return Number.isNaN(value) ? '' : String(value);
}
