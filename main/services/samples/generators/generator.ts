/** One file of generated data; several lie in folders. */
export interface GeneratedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Makes data by formula and seeded random numbers: the same rows and seed give the same bytes. */
export interface Generator {
  /** Rows, sentences or recordings of the file that ships. */
  readonly count: number;
  /** What is counted. */
  readonly unit: string;
  readonly make: (count: number, seed: number) => readonly GeneratedFile[];
}

export function textFile(path: string, lines: readonly string[]): GeneratedFile {
  return { path, bytes: new TextEncoder().encode(`${lines.join('\n')}\n`) };
}

/** A number with few digits, without a minus before zero. */
export function short(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)) + 0);
}

export function pick<Item>(random: { nextInteger(bound: number): number }, items: readonly Item[]): Item {
  return items[random.nextInteger(items.length)] as Item;
}

/** The day, month or hour after a start, in ISO 8601. */
export function dayAfter(start: string, days: number): string {
  return new Date(Date.parse(`${start}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
