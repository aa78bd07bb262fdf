import type { DroppedRows } from './preparation.ts';

const shownRows = 10;

/** Keeps count of the rows that are not used, by reason, so that rows read = rows used + rows dropped. */
export class DropLog {
  readonly #reasons = new Map<string, { count: number; rows: number[] }>();

  /** @param row row of the table, from 0. */
  add(reason: string, row: number): void {
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
