import type { Arrangement } from './arrange.ts';
import type { SampleList } from './cut-samples.ts';
import { hashText, mixBits } from './hash.ts';
import type { Part } from './segments.ts';
import { sampleRanges } from './summarize.ts';

/** How many samples of a part equal some training sample, cell by cell, and the first of them. */
export interface Duplicates {
  readonly count: number;
  /** Position of the first row of the first such sample, and of the training sample that it equals. */
  readonly first: readonly [number, number] | null;
}

/** Hashes of more rows than this would take too much memory. */
export const mostHashedRows = 2_000_000;

/**
 * Looks for samples of the validation and test parts whose cells, inputs and targets, are those of a training sample.
 * Rows are compared by a hash of 64 bits.
 */
export function findDuplicates(
  arrangement: Arrangement,
  lists: Record<Part, SampleList>,
): Record<'validation' | 'test', Duplicates> {
  const hashes = new SequenceHash(rowHashes(arrangement));
  const seen = new Map<string, number>();
  for (const { start, end } of sampleRanges(arrangement.experiment, lists.train)) {
    const key = hashes.of(start, end);
    if (!seen.has(key)) seen.set(key, start);
  }
  const inPart = (list: SampleList): Duplicates => {
    let count = 0;
    let first: readonly [number, number] | null = null;
    for (const { start, end } of sampleRanges(arrangement.experiment, list)) {
      const same = seen.get(hashes.of(start, end));
      if (same === undefined) continue;
      count++;
      first ??= [start, same];
    }
    return { count, first };
  };
  return { validation: inPart(lists.validation), test: inPart(lists.test) };
}

/** Two independent 32-bit hashes of the cells in use, for each position. */
function rowHashes({ used, ordered }: Arrangement): [Uint32Array, Uint32Array] {
  const first = new Uint32Array(ordered.rows.length);
  const second = new Uint32Array(ordered.rows.length);
  const number = new Float64Array(1);
  const bits = new Uint32Array(number.buffer);
  const columns = new Set([...used.features, ...used.targets].map(({ column }) => column));
  for (const column of columns) {
    const texts = column.type === 'text' ? column.dictionary.map(hashText) : [];
    const cells = column.type === 'text' ? column.codes : column.values;
    for (let i = 0; i < ordered.rows.length; i++) {
      const row = ordered.rows[i] as number;
      let low = 0;
      let high = 0;
      if (column.type === 'text') low = texts[cells[row] as number] ?? 1;
      else {
        number[0] = cells[row] as number;
        low = bits[0] as number;
        high = bits[1] as number;
      }
      first[i] = mixBits(Math.imul(first[i] as number, 31) ^ low ^ Math.imul(high, 0x9e3779b1));
      second[i] = mixBits(Math.imul(second[i] as number, 37) ^ high ^ Math.imul(low, 0x85ebca77));
    }
  }
  return [first, second];
}

const bases = [0x01000193, 0x9e3779b1] as const;

/** Polynomial hashes of runs of rows, from those of all runs that begin at the first row (Karp and Rabin 1987). */
class SequenceHash {
  readonly #prefixes: readonly Uint32Array[];
  readonly #powers: readonly Uint32Array[];

  constructor(rows: readonly Uint32Array[]) {
    this.#prefixes = rows.map((hashes, k) => {
      const prefix = new Uint32Array(hashes.length + 1);
      for (let i = 0; i < hashes.length; i++) {
        prefix[i + 1] = Math.imul(prefix[i] as number, bases[k] ?? 1) + (hashes[i] as number);
      }
      return prefix;
    });
    this.#powers = rows.map((hashes, k) => {
      const powers = new Uint32Array(hashes.length + 1).fill(1);
      for (let i = 0; i < hashes.length; i++) powers[i + 1] = Math.imul(powers[i] as number, bases[k] ?? 1);
      return powers;
    });
  }

  /** Of the rows start ... end-1. */
  of(start: number, end: number): string {
    const parts = this.#prefixes.map((prefix, k) => {
      const power = this.#powers[k]?.[end - start] ?? 1;
      return ((prefix[end] as number) - Math.imul(prefix[start] as number, power)) >>> 0;
    });
    return `${end - start} ${parts.join(' ')}`;
  }
}
