import { z } from 'zod';
import { type Experiment, experimentSchema } from '../../../engine/contract/experiment.ts';
import type { PreparedView } from '../../../engine/contract/rpc/datasets.ts';
import type { ModelView, StoredExperiment } from '../../../engine/contract/rpc/experiments.ts';
import { rows } from './weather.ts';

export const weatherText = `${JSON.stringify(
  {
    name: 'seattle-weather',
    task: 'forecast',
    data: {
      file: '/home/ada/data/seattle-weather.csv',
      columns: [
        { name: 'date', role: 'time' },
        { name: 'precipitation', role: 'feature' },
        { name: 'temp_max', role: 'featureAndTarget' },
        { name: 'temp_min', role: 'feature' },
        { name: 'wind', role: 'feature' },
        { name: 'weather', role: 'feature', encoding: 'oneHot' },
      ],
      window: 28,
      horizon: 7,
      missing: 'interpolate',
    },
    model: { layers: [{ units: 64, outputDropout: 0.1 }] },
    training: { epochs: 40, batchSize: 32, learningRate: 0.002 },
  },
  null,
  2,
)}\n`;

/** Reads a text as the host does, with issues at their lines. */
export function check(text: string, revision: number): StoredExperiment {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /line (\d+) column (\d+)/.exec(message);
    const issue = { path: '', message, line: Number(position?.[1] ?? 1), column: Number(position?.[2] ?? 1) };
    return { revision, text, experiment: null, issues: [issue] };
  }
  const result = experimentSchema.safeParse(value);
  if (result.success) return { revision, text, experiment: result.data, issues: [] };
  return {
    revision,
    text,
    experiment: null,
    issues: result.error.issues.map((issue) => {
      const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path.at(-1);
      const line = text.split('\n').findIndex((candidate) => candidate.includes(`"${String(key)}"`));
      return {
        path: issue.path.join('.'),
        message: issue.message,
        line: line === -1 ? null : line + 1,
        column: line === -1 ? null : 1,
      };
    }),
  };
}

export function schema(): Record<string, unknown> {
  return z.toJSONSchema(experimentSchema, { io: 'input' });
}

export function describe(experiment: Experiment): ModelView {
  const { window, horizon } = experiment.data;
  const batch = experiment.training.batchSize;
  const features = Math.max(
    1,
    experiment.data.columns.filter(({ role }) => role === 'feature' || role === 'featureAndTarget').length,
  );
  const layers: ModelView['layers'] = [
    {
      name: 'input',
      kind: 'input',
      detail: `${features} features`,
      outputShape: `${window} x ${batch} x ${features}`,
      parameters: 0,
    },
  ];
  let width = features;
  experiment.model.layers.forEach((layer, index) => {
    const directions = layer.bidirectional ? 2 : 1;
    const biases = layer.bias ? (layer.resetMode === 'afterRecurrentBias' ? 6 : 3) : 0;
    layers.push({
      name: `gru.${index}`,
      kind: 'gru',
      detail: `${layer.units} units, ${layer.resetMode}${layer.bidirectional ? ', both directions' : ''}`,
      outputShape: `${window} x ${batch} x ${layer.units * directions}`,
      parameters: directions * (3 * layer.units * (width + layer.units) + biases * layer.units),
    });
    width = layer.units * directions;
  });
  layers.push({
    name: 'readout',
    kind: 'readout',
    detail: experiment.model.readout,
    outputShape: `${batch} x ${width}`,
    parameters: 0,
  });
  experiment.model.head.forEach((layer, index) => {
    layers.push({
      name: `head.${index}`,
      kind: 'dense',
      detail: `${layer.units}, ${layer.activation}`,
      outputShape: `${batch} x ${layer.units}`,
      parameters: width * layer.units + layer.units,
    });
    width = layer.units;
  });
  layers.push({
    name: 'output',
    kind: 'output',
    detail: `${horizon} targets`,
    outputShape: `${batch} x ${horizon}`,
    parameters: width * horizon + horizon,
  });
  layers.push({
    name: 'loss',
    kind: 'loss',
    detail: experiment.training.loss.kind,
    outputShape: '1',
    parameters: 0,
  });
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const odd = experiment.model.layers.some((layer) => layer.candidateActivation !== 'tanh');
  const before = experiment.model.layers.some((layer) => layer.resetMode === 'before');
  const stepsPerEpoch = Math.ceil((rows.length * 0.7 - window - horizon) / batch);
  return {
    layers,
    parameters,
    parametersByLayer: layers
      .filter((layer) => layer.parameters > 0)
      .map((layer) => ({ layer: layer.name, parameters: layer.parameters })),
    memoryBytes: parameters * 16 + window * batch * width * 40,
    stepsPerEpoch,
    secondsPerEpoch: (stepsPerEpoch * parameters * window * batch * 6) / 20e9,
    exports: [
      { format: 'onnx', title: 'ONNX', exact: true, reason: null },
      {
        format: 'keras',
        title: 'Keras',
        exact: !odd,
        reason: odd ? 'Keras fuses only tanh on its GPU path' : null,
      },
      {
        format: 'pytorch',
        title: 'PyTorch',
        exact: !odd && !before,
        reason: odd
          ? 'torch.nn.GRU has tanh as its only candidate activation'
          : before
            ? 'torch.nn.GRU applies the reset gate after the recurrent product'
            : null,
      },
      {
        format: 'tfjs',
        title: 'TF.js',
        exact: before,
        reason: before ? null : 'TensorFlow.js cannot say layer normalization inside a cell',
      },
      { format: 'c', title: 'C', exact: true, reason: null },
      { format: 'js', title: 'JS', exact: true, reason: null },
    ],
    issues: [],
  };
}

export function prepared(experiment: Experiment): PreparedView {
  const total = rows.length;
  const { split, window, horizon } = experiment.data;
  const train = 'train' in split && typeof split.train === 'number' ? split.train : 0.7;
  const validation = 'validation' in split && typeof split.validation === 'number' ? split.validation : 0.15;
  const gap = window + horizon - 1;
  const used = total - 2 * gap;
  const first = Math.floor(used * train);
  const second = Math.floor(used * validation);
  const cut = [first, first + gap + second] as const;
  const samples = (count: number) => Math.max(0, count - gap);
  return {
    samples: {
      train: samples(first),
      validation: samples(second),
      test: samples(total - cut[1] - gap),
    },
    rowsRead: total,
    rowsUsed: used,
    dropped: [{ reason: 'gap between two parts', rows: 2 * gap }],
    warnings: [],
    parts: [
      { part: 'train', series: '', firstRow: 1, lastRow: cut[0] },
      { part: 'validation', series: '', firstRow: cut[0] + gap + 1, lastRow: cut[1] },
      { part: 'test', series: '', firstRow: cut[1] + gap + 1, lastRow: total },
    ],
    window: {
      firstRow: 1,
      lastRow: window,
      targetFirstRow: window + 1,
      targetLastRow: window + horizon,
    },
  };
}
