import type { ColumnConfig } from '../contract/data.ts';
import type { ColumnProfile, Profile } from './profile.ts';
import type { Decision } from './propose.ts';
import { canBeUsed, type Goal } from './propose-targets.ts';

/** Categories up to here become one input each. */
const oneHotLimit = 12;
/** More categories than this are names or free text. */
const embeddingLimit = 5000;

/** A role and an encoding for every column of the table, in its order. */
export function chooseColumns(profile: Profile, goal: Goal, reasons: Decision[]): ColumnConfig[] {
  const targets = new Set(goal.targets.map(({ name }) => name));
  const targetIsInput = goal.task === 'forecast' || goal.task === 'next';
  const ignored = new Map<string, string[]>();
  const embedded: string[] = [];
  const hot: string[] = [];
  const columns = profile.columns.map((column): ColumnConfig => {
    const { name } = column;
    const plain = (role: ColumnConfig['role']): ColumnConfig => ({ name, role, encoding: 'numeric' });
    if (name === profile.time?.column) return plain('time');
    if (name === profile.series?.column) return plain('series');
    if (name === profile.split?.column) return plain('split');
    if (targets.has(name)) {
      const encoding = goal.encoding === 'label' && targetIsInput ? inputEncoding(column) : goal.encoding;
      return { name, role: targetIsInput ? 'featureAndTarget' : 'target', encoding };
    }
    if (/^sample_?weights?$/i.test(name) && (column.minimum ?? -1) >= 0 && column.missing === 0) {
      reasons.push({ subject: 'weight', choice: name, reason: 'Its name says that it weighs the samples.' });
      return plain('weight');
    }
    const why = whyIgnored(column, profile, goal);
    if (why !== null) {
      ignored.set(why, [...(ignored.get(why) ?? []), name]);
      return plain('ignore');
    }
    if (column.binary) return { name, role: 'feature', encoding: 'binary' };
    if (column.type !== 'text') return { name, role: 'feature', encoding: 'numeric' };
    (column.distinct <= oneHotLimit ? hot : embedded).push(name);
    return { name, role: 'feature', encoding: inputEncoding(column) };
  });
  explainStructure(profile, reasons);
  for (const [why, names] of ignored) {
    reasons.push({ subject: 'ignored', choice: list(names), reason: why });
  }
  if (hot.length > 0) {
    reasons.push({
      subject: 'encoding',
      choice: `one-hot: ${list(hot)}`,
      reason: `At most ${oneHotLimit} categories: one input for each.`,
    });
  }
  if (embedded.length > 0) {
    reasons.push({
      subject: 'encoding',
      choice: `embedding: ${list(embedded)}`,
      reason: `More than ${oneHotLimit} categories: the model learns a short vector for each.`,
    });
  }
  return keepOneInput(columns, profile, goal);
}

function inputEncoding({ distinct }: ColumnProfile): 'oneHot' | 'embedding' {
  return distinct <= oneHotLimit ? 'oneHot' : 'embedding';
}

function whyIgnored(column: ColumnProfile, profile: Profile, goal: Goal): string | null {
  if (column.missing === profile.rowCount) return 'It holds nothing.';
  if (column.constant) return 'It is the same in every row.';
  if (!canBeUsed(column, profile)) return 'A second time column adds nothing that the first does not tell.';
  if (column.counter) return 'It only numbers the rows.';
  if (column.infinite > 0) return `Row ${column.infiniteRows[0] ?? 0} holds an infinite number.`;
  if (column.almost !== null) {
    return `It would be ${column.almost.type === 'number' ? 'a number' : 'a time'} but for row ${column.almost.row}, which holds "${column.almost.text}"${column.almost.bad > 1 ? `, and ${column.almost.bad - 1} more such rows` : ''}.`;
  }
  if (
    column.type === 'text' &&
    (column.distinct > embeddingLimit || column.distinct > profile.rowCount / 2)
  ) {
    return 'Nearly every row has a text of its own, so there is nothing to learn from repetition.';
  }
  if (goal.whole && goal.task !== 'next' && column.constantInSeries && column.type === 'text') {
    return column.distinct === profile.series?.count ? 'It is another name of the series.' : null;
  }
  return null;
}

function explainStructure({ time, series, split }: Profile, reasons: Decision[]): void {
  if (time !== null) {
    const { column, frequency, gaps, duplicates, ordered } = time;
    const facts = [
      frequency === null ? '' : `its steps are ${frequency}`,
      gaps === 0 ? '' : `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`,
      duplicates === 0 ? '' : `${duplicates} repeated`,
      ordered ? '' : 'rows are put in order',
    ].filter((fact) => fact !== '');
    reasons.push({
      subject: 'time',
      choice: column,
      reason: `It orders the rows${series === null ? '' : ' of every series'}${facts.length === 0 ? '' : `; ${facts.join(', ')}`}.`,
    });
  }
  if (series !== null) {
    reasons.push({
      subject: 'series',
      choice: series.column,
      reason:
        time === null
          ? `Its ${series.count} values stand in one block each.`
          : `Times repeat in the file but not within any of its ${series.count} values.`,
    });
  }
  if (split !== null) {
    reasons.push({
      subject: 'split column',
      choice: split.column,
      reason: `Its values name parts: ${[...split.train, ...split.validation, ...split.test].join(', ')}.`,
    });
  }
}

/** A model needs an input: where only the target is left, a lone target of a classification is no input of its own. */
function keepOneInput(columns: ColumnConfig[], profile: Profile, goal: Goal): ColumnConfig[] {
  if (columns.some(({ role }) => role === 'feature' || role === 'featureAndTarget')) return columns;
  const rescue = profile.columns.find(
    (column) => canBeUsed(column, profile) && !goal.targets.includes(column) && column.type !== 'text',
  );
  return columns.map((column) =>
    column.name === rescue?.name
      ? { ...column, role: 'feature', encoding: rescue.binary ? 'binary' : 'numeric' }
      : column,
  );
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 6).join(', ');
  return names.length > 6 ? `${shown} and ${names.length - 6} more` : shown;
}
