import type { z } from 'zod';
import type { ColumnConfig, dataSchema } from '../contract/data.ts';
import type { Profile } from './profile.ts';
import type { Decision } from './propose.ts';
import type { Goal } from './propose-targets.ts';

type DataProposal = Required<
  Pick<
    z.input<typeof dataSchema>,
    | 'sequence'
    | 'window'
    | 'horizon'
    | 'stride'
    | 'firstStep'
    | 'normalize'
    | 'perSeries'
    | 'missing'
    | 'duplicates'
    | 'split'
  >
>;
export type ProposedData = DataProposal & { readonly window: number; readonly horizon: number };

/** Window and horizon that suit a frequency: a few of the cycles that such data mostly has. */
const spans: Readonly<Record<string, readonly [window: number, horizon: number, why: string]>> = {
  'every second': [60, 10, 'a minute'],
  'every minute': [60, 15, 'an hour'],
  hourly: [48, 24, 'two days'],
  daily: [28, 7, 'four weeks'],
  weekly: [26, 4, 'half a year'],
  monthly: [24, 6, 'two years'],
  quarterly: [8, 4, 'two years'],
  yearly: [10, 1, 'ten years'],
};

/** Rows of a series for each row of window and horizon: then the validation part, 15 % less the gaps, holds a window. */
const rowsPerSpan = 9;
/** With fewer rows than this there is no room for a gap between the parts. */
const fewRows = 27;

/** Rows of a series of mean length, repeated times counted once. */
function rowsPerSeries({ rowCount, series, time }: Profile): number {
  return Math.floor((rowCount - (time?.duplicates ?? 0)) / (series?.count ?? 1));
}

export function chooseData(
  profile: Profile,
  goal: Goal,
  columns: readonly ColumnConfig[],
  reasons: Decision[],
): ProposedData {
  const { window, horizon } = chooseSpan(profile, goal, reasons);
  return {
    sequence: goal.whole ? 'whole' : 'window',
    window,
    horizon,
    stride: goal.task === 'tag' || goal.task === 'next' ? Math.max(1, Math.floor(window / 2)) : 1,
    firstStep: goal.multiLabel ? 'zeros' : 'data',
    normalize: columns.some(isNormalized) ? 'standard' : 'none',
    perSeries: choosePerSeries(profile, goal, columns, reasons),
    missing: chooseMissing(profile, columns, reasons),
    duplicates: chooseDuplicates(profile, reasons),
    split: chooseSplit(profile, goal, reasons),
  };
}

/** Series of a forecast mostly differ in level, and a split by time leaves training rows of each. */
function choosePerSeries(
  { series, split }: Profile,
  goal: Goal,
  columns: readonly ColumnConfig[],
  reasons: Decision[],
): boolean {
  if (goal.task !== 'forecast' || series === null || split !== null || !columns.some(isNormalized))
    return false;
  reasons.push({
    subject: 'normalization',
    choice: 'for each series of its own',
    reason: 'Series often differ in level; so the model sees how they move, not how large they are.',
  });
  return true;
}

function isNormalized({ role, encoding }: ColumnConfig): boolean {
  return (role === 'feature' || role === 'featureAndTarget' || role === 'target') && encoding === 'numeric';
}

function chooseSpan(profile: Profile, goal: Goal, reasons: Decision[]): { window: number; horizon: number } {
  if (goal.whole) {
    reasons.push({
      subject: 'sequence',
      choice: 'whole series',
      reason: `A series has ${profile.series?.shortest ?? profile.rowCount} to ${profile.series?.longest ?? profile.rowCount} rows, short enough to be read as one sequence.`,
    });
    return { window: 24, horizon: 1 };
  }
  const rows = rowsPerSeries(profile);
  const frequency = profile.time?.frequency ?? null;
  const [wanted, ahead, why] = spans[frequency ?? ''] ?? [24, 1, ''];
  const forecast = goal.task === 'forecast' && goal.encoding !== 'label';
  const most = Math.max(3, Math.floor(rows / (rows < fewRows ? 5 : rowsPerSpan)));
  const window = Math.max(
    2,
    Math.min(wanted, most - 1, forecast && wanted + ahead > most ? Math.ceil(most * 0.75) : most),
  );
  const horizon = forecast ? Math.max(1, Math.min(ahead, most - window)) : 1;
  reasons.push({
    subject: 'window',
    choice: forecast ? `${window} rows, ${horizon} ahead` : `${window} rows`,
    reason:
      window < wanted
        ? `A series has about ${rows} rows; a longer window would leave too few for validation and test.`
        : frequency === null
          ? 'The steps have no known frequency, so a common length is taken.'
          : `The data is ${frequency}, and the window covers ${why}.`,
  });
  return { window, horizon };
}

function chooseMissing(
  profile: Profile,
  columns: readonly ColumnConfig[],
  reasons: Decision[],
): 'error' | 'forward' | 'mean' {
  const used = new Set(
    columns.filter(({ role }) => /^(feature|target|featureAndTarget)$/.test(role)).map(({ name }) => name),
  );
  const gaps = profile.columns.filter(({ name, missing }) => used.has(name) && missing > 0);
  const [first] = gaps;
  if (first === undefined) return 'error';
  const cells = gaps.reduce((sum, { missing }) => sum + missing, 0);
  const choice = profile.time !== null || profile.series !== null ? 'forward' : 'mean';
  reasons.push({
    subject: 'missing values',
    choice,
    reason: `${cells} ${cells === 1 ? 'cell holds' : 'cells hold'} nothing (first: row ${first.missingRows[0] ?? 0}, column "${first.name}"); ${choice === 'forward' ? 'the last value before is repeated, which uses nothing from later' : 'the mean of the training part takes their place'}.`,
  });
  return choice;
}

function chooseDuplicates({ time }: Profile, reasons: Decision[]): 'error' | 'mean' {
  if (time === null || time.duplicates === 0) return 'error';
  reasons.push({
    subject: 'repeated times',
    choice: 'mean',
    reason: `${time.duplicates} ${time.duplicates === 1 ? 'row has' : 'rows have'} the time of another one and no column tells them apart; they are averaged.`,
  });
  return 'mean';
}

function chooseSplit(profile: Profile, goal: Goal, reasons: Decision[]): ProposedData['split'] {
  const { split, series } = profile;
  if (split !== null) {
    return {
      kind: 'column',
      train: [...split.train],
      validation: [...split.validation],
      test: [...split.test],
    };
  }
  if (goal.whole && series !== null) {
    const kind = series.count >= 100 ? 'series' : 'random';
    reasons.push({
      subject: 'split',
      choice: kind === 'series' ? 'by series' : 'series at random',
      reason: `Whole series go to training (70 %), validation (15 %) or test (15 %)${kind === 'series' ? ', by their name, so that they stay where they are when rows are added' : ''}.`,
    });
    return { kind };
  }
  if (rowsPerSeries(profile) < fewRows) {
    reasons.push({
      subject: 'split',
      choice: 'by time, without a gap',
      reason:
        'There are so few rows that 60 % train, 20 % validate and 20 % test, and none can be left out between.',
    });
    return { kind: 'time', train: 0.6, validation: 0.2, gap: 0 };
  }
  reasons.push({
    subject: 'split',
    choice: 'by time',
    reason:
      'The first 70 % train, the next 15 % validate and the last 15 % test, with a gap so that no window crosses.',
  });
  return { kind: 'time' };
}
