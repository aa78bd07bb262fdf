import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { PreparedView } from '../../../engine/contract/rpc/datasets.ts';
import { fitPreparation } from '../../../engine/data/fit.ts';
import type { Preparation } from '../../../engine/data/preparation.ts';
import { prepareData } from '../../../engine/data/prepare.ts';
import type { PreparedData, SampleSet } from '../../../engine/data/prepared.ts';
import type { Table } from '../../../engine/data/table.ts';
import type { TextResources } from '../../../engine/data/text/view.ts';

/** An experiment's data, prepared: for views that need no backend. */
export interface Prepared {
  readonly preparation: Preparation;
  readonly data: PreparedData;
}

export function prepareExperiment(experiment: Experiment, table: Table, resources: TextResources): Prepared {
  const preparation = fitPreparation(experiment, table, resources);
  return { preparation, data: prepareData(experiment, table, preparation) };
}

/** What of an experiment its prepared data depend on, as a key. */
export function preparedKey(experiment: Experiment, datasetKey: string): string {
  const { task, data, model, training } = experiment;
  const states = model.layers.map(({ initialState, units, bidirectional }) => ({
    initialState,
    units,
    bidirectional,
  }));
  const given = states.some(({ initialState }) => initialState.kind === 'given') ? states : [];
  return JSON.stringify([datasetKey, task, data, given, training.seed, training.loss]);
}

const mostParts = 300;

/** What the data of an experiment become: samples, rows of each part, one window. */
export function preparedView(experiment: Experiment, { preparation, data }: Prepared): PreparedView {
  const { rows, warnings } = preparation;
  return {
    samples: { train: data.train.count, validation: data.validation.count, test: data.test.count },
    rowsRead: rows.read,
    rowsUsed: rows.used,
    dropped: rows.dropped.map(({ reason, count }) => ({ reason, rows: count })),
    warnings: [...warnings],
    parts: [
      ...partRanges('train', data.train),
      ...partRanges('validation', data.validation),
      ...partRanges('test', data.test),
    ].slice(0, mostParts),
    window: firstWindow(experiment, data.train),
  };
}

type PartRange = PreparedView['parts'][number];

/** The rows that the samples of a part span, series by series. */
function partRanges(part: PartRange['part'], set: SampleSet): PartRange[] {
  const ranges = new Map<string, PartRange>();
  for (let sample = 0; sample < set.count; sample++) {
    const { series, firstRow, lastRow } = set.origin(sample);
    const range = ranges.get(series);
    if (range === undefined) {
      if (ranges.size < mostParts) ranges.set(series, { part, series, firstRow, lastRow });
      continue;
    }
    range.firstRow = Math.min(range.firstRow, firstRow);
    range.lastRow = Math.max(range.lastRow, lastRow);
  }
  return [...ranges.values()];
}

function firstWindow({ task, data }: Experiment, set: SampleSet): PreparedView['window'] {
  if (set.count === 0) return null;
  const { firstRow, lastRow } = set.origin(0);
  if (task === 'forecast') {
    return { firstRow, lastRow, targetFirstRow: lastRow + 1, targetLastRow: lastRow + data.horizon };
  }
  if (task === 'next') return { firstRow, lastRow, targetFirstRow: firstRow + 1, targetLastRow: lastRow + 1 };
  const first = task === 'tag' ? firstRow : lastRow;
  return { firstRow, lastRow, targetFirstRow: first, targetLastRow: lastRow };
}
