import { type Arrangement, readNumbers } from './arrange.ts';
import type { SampleList } from './cut-samples.ts';
import { findDuplicates, mostHashedRows } from './duplicate-samples.ts';
import type { Range } from './fill-missing.ts';
import { copiedColumns } from './find-copies.ts';
import type { LeakageCheck, Preparation } from './preparation.ts';
import { gapOf, type Part, safeGap } from './segments.ts';
import { sampleRanges } from './summarize.ts';

/**
 * Looks for ways in which a model could see what it is to predict. Every check always runs; what it found is a
 * sentence, and so is what it looked at where it found nothing.
 */
export function findLeaks(
  arrangement: Arrangement,
  preparation: Preparation,
  lists: Record<Part, SampleList>,
  training: readonly Range[],
): LeakageCheck[] {
  const report = (check: string, found: readonly string[], clear: string): LeakageCheck[] =>
    found.length === 0
      ? [{ check, found: false, detail: clear }]
      : found.map((detail) => ({ check, found: true, detail }));
  const { experiment, used } = arrangement;
  const sameRow = experiment.task !== 'forecast' && experiment.task !== 'next';
  const looked = arrangement.ordered.rows.length <= mostHashedRows;
  const shown = sameRow ? used.targets.filter(({ config }) => config.role === 'featureAndTarget') : [];
  return [
    ...report(
      'target among the inputs',
      [
        ...shown.map(
          ({ config }) =>
            `Leak: column "${config.name}" is an input and the target of the same row, so the model is shown the answer; give it the role "target".`,
        ),
        ...copiedColumns(arrangement, preparation, sameRow),
      ],
      'No input equals a target, or moves with it, in the row that is predicted.',
    ),
    ...report(
      'statistics of the training part',
      sharedRows(arrangement, lists, training),
      'Normalizers, categories and fillings are learned from rows that neither validate nor test.',
    ),
    ...report('overlapping windows', closeParts(arrangement), 'No two parts have windows that share a row.'),
    ...report(
      'duplicates across parts',
      looked ? duplicates(arrangement, lists) : [],
      looked
        ? 'No validation or test sample equals a training sample.'
        : `Not looked for: there are more than ${mostHashedRows} rows.`,
    ),
    ...report(
      'values from later',
      experiment.data.missing === 'interpolate' && hasGaps(arrangement)
        ? [
            'Leak: interpolated inputs know the value after the gap; "forward" repeats what was known at the time.',
          ]
        : [],
      'No missing input is filled from later rows.',
    ),
  ];
}

/** Rows that statistics were learned from and that validation or test samples read. */
function sharedRows(
  { experiment, ordered }: Arrangement,
  lists: Record<Part, SampleList>,
  training: readonly Range[],
): string[] {
  const trained = new Uint8Array(ordered.rows.length);
  for (const { start, end } of training) trained.fill(1, start, end);
  let shared = 0;
  for (const part of ['validation', 'test'] as const) {
    for (const { start, end } of sampleRanges(experiment, lists[part])) {
      for (let at = start; at < end; at++) shared += trained[at] as number;
    }
  }
  return shared === 0
    ? []
    : [`Leak: normalizers were fitted on rows that validation and test samples read, ${shared} times.`];
}

/** Parts of one series so near to each other that their windows resemble. */
function closeParts({ experiment, segments }: Arrangement): string[] {
  const { split, sequence } = experiment.data;
  if (sequence === 'whole') return [];
  const safe = safeGap(experiment);
  if (split.kind === 'time' || split.kind === 'rollingOrigin') {
    if (gapOf(experiment) >= safe) return [];
    return [
      `The parts of the split are ${gapOf(experiment)} rows apart (data.split.gap); with fewer than window + horizon - 1 = ${safe}, the first windows of a part resemble the last ones of the part before.`,
    ];
  }
  if (split.kind !== 'column' && split.kind !== 'group') return [];
  let close = 0;
  for (let i = 1; i < segments.length; i++) {
    const before = segments[i - 1];
    const segment = segments[i];
    if (before === undefined || segment === undefined) continue;
    if (before.series !== segment.series || before.part === segment.part) continue;
    if (segment.start - before.end < safe) close++;
  }
  return close === 0
    ? []
    : [
        `Parts of the split follow one another within a series ${close} ${close === 1 ? 'time' : 'times'} with fewer than window + horizon - 1 = ${safe} rows between; the first windows of the later part resemble the last ones of the earlier.`,
      ];
}

function duplicates(arrangement: Arrangement, lists: Record<Part, SampleList>): string[] {
  const found = findDuplicates(arrangement, lists);
  return (['validation', 'test'] as const).flatMap((part) => {
    const { count, first } = found[part];
    if (first === null) return [];
    const row = (position: number): number => (arrangement.ordered.rows[position] as number) + 1;
    return [
      `${count} of ${lists[part].count} ${part} samples ${count === 1 ? 'equals' : 'equal'} a training sample, inputs and targets (first: row ${row(first[0])} on, as row ${row(first[1])} on), so they tell little about unseen data.`,
    ];
  });
}

function hasGaps(arrangement: Arrangement): boolean {
  return arrangement.used.features.some(({ column }) => {
    if (column.type === 'text') return false;
    return readNumbers(arrangement, column, null, null).missing !== null;
  });
}
