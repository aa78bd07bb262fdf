import type { TextKey } from '../../strings/catalog.ts';

export interface Section {
  readonly title: TextKey;
  /** Paths of the configuration, in the order of the form. */
  readonly paths: readonly string[];
}

/** The form by hand: what belongs together stands together, in the order in which a person decides. */
export const sections: readonly Section[] = [
  { title: 'model.task', paths: ['task', 'name'] },
  {
    title: 'model.windows',
    paths: [
      'data.sequence',
      'data.window',
      'data.horizon',
      'data.stride',
      'data.samplingRate',
      'data.firstStep',
      'data.normalize',
      'data.perSeries',
      'data.missing',
      'data.duplicates',
      'data.minimumLength',
      'data.maximumLength',
      'data.longer',
      'data.resample',
      'data.split',
      'data.sampling',
    ],
  },
  { title: 'model.layers', paths: ['model.layers', 'model.embeddingWidth'] },
  { title: 'model.readout', paths: ['model.readout', 'model.attentionSize'] },
  { title: 'model.head', paths: ['model.head'] },
  { title: 'model.loss', paths: ['training.loss', 'training.lossReduction'] },
  {
    title: 'model.optimizer',
    paths: [
      'training.learningRate',
      'training.optimizer',
      'training.weightDecay',
      'training.learningRateMultipliers',
      'training.frozen',
    ],
  },
  { title: 'model.schedule', paths: ['training.schedule', 'training.warmup', 'training.plateau'] },
  { title: 'model.clipping', paths: ['training.clipping'] },
  {
    title: 'model.batch',
    paths: [
      'training.batchSize',
      'training.epochs',
      'training.gradientAccumulation',
      'training.steps',
      'training.seed',
      'training.shuffle',
      'training.stateful',
      'training.bucketing',
    ],
  },
  {
    title: 'model.regularization',
    paths: ['training.averaging', 'training.regularizers', 'training.constraints'],
  },
  { title: 'model.stopping', paths: ['training.earlyStopping', 'training.checkpoints'] },
  { title: 'model.initializers', paths: ['model.initializers'] },
  { title: 'model.backend', paths: ['backend'] },
  {
    title: 'model.sources',
    paths: ['data.file', 'data.source', 'data.sql', 'data.text'],
  },
];

/** Settings that are shown elsewhere (columns, on the Data screen) or that say what the file is. */
export const elsewhere: readonly string[] = ['version', 'data.columns'];

/** Fields of groups that the hand-made sections do not name: new ones of the schema still get their place. */
export function remainingPaths(groups: Readonly<Record<string, readonly string[]>>): string[] {
  const named = new Set([...sections.flatMap(({ paths }) => paths), ...elsewhere]);
  return Object.entries(groups)
    .flatMap(([group, keys]) => keys.map((key) => (group === '' ? key : `${group}.${key}`)))
    .filter((path) => !named.has(path) && groups[path] === undefined);
}
