import type { DroppedRows } from './preparation.ts';
import type { RowTrace } from './table.ts';

const shownRows = 10;

/** Keeps count of the rows that are not used, by reason, so that rows read = rows used + rows dropped. */
export class DropLog {
  readonly #reasons = new Map<string, { count: number; rows: number[] }>();

  #trace: RowTrace | undefined;

  /** From now on rows are those of a table that was resampled. */
  follow(trace: RowTrace | undefined): void {
    this.#trace = trace;
  }

  /** @param row row of the table, from 0. A period without rows of the file counts as none. */
  add(reason: string, row: number): void {
    if (this.#trace?.inserted[row] === 1) return;
    this.#count(reason, this.#trace === undefined ? row : (this.#trace.first[row] as number));
  }

  #count(reason: string, row: number): void {
    let entry = this.#reasons.get(reason);
    if (entry === undefined) {
      entry = { count: 0, rows: [] };
      this.#reasons.set(reason, entry);
    }
    entry.count++;
    if (entry.rows.length < shownRows) entry.rows.push(row + 1);
  }

  get total(): number {
    let total = 0;
    for (const { count } of this.#reasons.values()) total += count;
    return total;
  }

  summary(): DroppedRows[] {
    return [...this.#reasons].map(([reason, { count, rows }]) => ({ reason, count, rows }));
  }
}
