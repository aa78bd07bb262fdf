/** Numbers and amounts as a person reads them: four significant figures, thousands separators, units. */
export function formatNumber(value: number | null): string {
  if (value === null || Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : '-infinite';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(3).replace('e+', 'e');
  if (size >= 1e4) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 8 });
}

export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** "1 epoch", "12,000 epochs". */
export function formatAmount(value: number, unit: string): string {
  return `${formatCount(value)} ${unit}${value === 1 ? '' : 's'}`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? size : Number(size.toPrecision(4))} ${units[unit]}`;
}

/** "0.4 s", "42 s", "2 min 10 s", "3 h 5 min", "2 d 4 h". */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.round((minutes % 1440) / 60)} h`;
}

/** Lines of columns, each as wide as its widest cell; numbers are set to the right. */
export function formatTable(
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return rightAligned.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** A path as it is typed into a shell: in quotes where it holds a space or a sign. */
export function formatPath(path: string): string {
  return /^[\p{L}\p{N}_./\\:~+-]+$/u.test(path) ? path : `"${path.replace(/(["$`])/g, '\\$1')}"`;
}
