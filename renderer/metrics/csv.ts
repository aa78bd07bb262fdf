import type { Curve } from './curve.ts';

export interface NamedCurve {
  readonly name: string;
  readonly curve: Curve;
}

/** Every point of the curves as comma-separated text, one row for every x that any of them has, gaps empty. */
export function curvesToCsv(xName: string, curves: readonly NamedCurve[]): string {
  const positions = curves.map(() => 0);
  const rows = [[xName, ...curves.map(({ name }) => name)].map(quote).join(',')];
  for (;;) {
    let x = Number.POSITIVE_INFINITY;
    for (const [index, { curve }] of curves.entries()) {
      const position = positions[index] as number;
      if (position < curve.length) x = Math.min(x, curve.x.at(position));
    }
    if (x === Number.POSITIVE_INFINITY) return `${rows.join('\n')}\n`;
    const cells = curves.map(({ curve }, index) => {
      const position = positions[index] as number;
      if (position >= curve.length || curve.x.at(position) !== x) return '';
      positions[index] = position + 1;
      const value = curve.y.at(position);
      return Number.isFinite(value) ? String(value) : '';
    });
    rows.push(`${x},${cells.join(',')}`);
  }
}

function quote(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
