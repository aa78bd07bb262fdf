import { setImmediate } from 'node:timers/promises';
import type { ColumnProfileView, ProfileView } from '../../../engine/contract/rpc/datasets.ts';
import type { ColumnProfile, Profile } from '../../../engine/data/profile.ts';
import type { Column, Table } from '../../../engine/data/table.ts';
import { describeDistribution } from './distribution.ts';

type Problem = ColumnProfileView['problems'][number];

/** What a table holds, column by column, for a person: distributions, what is odd, and where it stands. */
export async function profileView(table: Table, profile: Profile): Promise<ProfileView> {
  const columns: ColumnProfileView[] = [];
  for (const [index, column] of profile.columns.entries()) {
    const cells = table.columns[index];
    if (cells !== undefined) columns.push(columnView(column, cells));
    await setImmediate();
  }
  const { time, series, rowCount } = profile;
  return {
    rows: rowCount,
    columns,
    time:
      time === null
        ? null
        : { column: time.column, frequency: time.frequency, gaps: time.gaps, duplicates: time.duplicates },
    series: series === null ? null : { column: series.column, count: series.count },
    warnings: warningsOf(profile),
  };
}

function columnView(profile: ColumnProfile, column: Column): ColumnProfileView {
  const numeric = column.type === 'text' ? null : describeDistribution(column.values);
  return {
    name: profile.name,
    type: profile.type,
    evidence: evidenceOf(profile, column),
    missing: profile.missing,
    missingRows: [...profile.missingRows],
    distinct: profile.distinct,
    constant: profile.constant,
    minimum: profile.minimum,
    maximum: profile.maximum,
    mean: profile.mean,
    deviation: numeric?.deviation ?? null,
    quantiles: numeric?.quantiles ?? [],
    histogram: numeric?.histogram ?? null,
    values: profile.values.map(({ text, count }) => ({ text, count })),
    problems: problemsOf(profile),
  };
}

/** Why a column has the type it has. */
function evidenceOf({ almost, missing, binary }: ColumnProfile, column: Column): string {
  const cells = missing === 0 ? 'every cell' : 'every cell that is not empty';
  switch (column.type) {
    case 'integer':
      return binary ? `${cells} is 0 or 1` : `${cells} is a whole number`;
    case 'number':
      return `${cells} is a number`;
    case 'boolean':
      return `${cells} is true or false`;
    case 'time':
      return column.pattern === null ? `${cells} is a time` : `${cells} is a time written ${column.pattern}`;
    case 'text':
      if (almost === null) return 'some cells are neither numbers nor times';
      return `all but ${almost.bad} cells are ${almost.type === 'number' ? 'numbers' : 'times'}`;
  }
}

function problemsOf(profile: ColumnProfile): Problem[] {
  const problems: Problem[] = [];
  const { almost, name } = profile;
  if (almost !== null) {
    const kind = almost.type === 'number' ? 'a number' : 'a time';
    problems.push({ row: almost.row, column: name, message: `"${almost.text}" is not ${kind}` });
  }
  for (const row of profile.missingRows) problems.push({ row, column: name, message: 'nothing stands here' });
  for (const row of profile.infiniteRows)
    problems.push({ row, column: name, message: 'the number is infinite' });
  if (profile.constant) problems.push({ row: null, column: name, message: 'every value is the same' });
  return problems;
}

function warningsOf({ time, columns }: Profile): string[] {
  const warnings: string[] = [];
  if (time !== null && time.gaps > 0) {
    warnings.push(`The times of "${time.column}" have ${counted(time.gaps, 'gap')}.`);
  }
  if (time !== null && time.duplicates > 0) {
    warnings.push(`${counted(time.duplicates, 'row')} of "${time.column}" repeat a time.`);
  }
  if (time !== null && !time.ordered) warnings.push(`The rows are not in the order of "${time.column}".`);
  for (const { name, missing } of columns) {
    if (missing > 0) warnings.push(`"${name}" has ${counted(missing, 'missing value')}.`);
  }
  return warnings;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
