import type { InputLayout, OutputLayout } from '../../../engine/data/prepared.ts';
import { activations } from '../../../engine/ops/activation.ts';
import { resetModes } from '../../../engine/ops/gru.ts';

/** An architecture by the keys of an experiment, and the columns of its data. */
export interface Architecture {
  readonly name: string;
  readonly model: object;
  readonly inputs: InputLayout;
  readonly outputs: OutputLayout;
  readonly training?: object;
}

interface Layout {
  readonly features?: readonly string[];
  readonly tokens?: InputLayout['tokens'];
  readonly stateValues?: number;
  readonly rows?: OutputLayout['rows'];
  readonly classes?: readonly string[];
  readonly training?: object;
}

const twoTokens = [
  { name: 'day', entries: 5 },
  { name: 'shop', entries: 3 },
];

function architecture(name: string, model: object, layout: Layout = {}): Architecture {
  const classes = layout.classes ?? [];
  return {
    name,
    model,
    inputs: {
      features: layout.features ?? ['x', 'y', 'w'],
      tokens: layout.tokens ?? [],
      stateValues: layout.stateValues ?? 0,
    },
    outputs: {
      kind: classes.length > 0 ? 'labels' : 'values',
      targets: classes.length > 0 ? ['label'] : ['u', 'v'],
      classes,
      rows: layout.rows ?? 'batch',
    },
    ...(layout.training === undefined ? {} : { training: layout.training }),
  };
}

const columns = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

/** What every exporter is tried on. */
export function architectures(): Architecture[] {
  const everyStep = { rows: 'sequence' } as const;
  return [
    ...resetModes.flatMap((resetMode) => [
      architecture(`one layer, reset ${resetMode}`, { layers: [{ units: 5, resetMode }] }),
      architecture(`bidirectional, reset ${resetMode}`, {
        layers: [{ units: 3, resetMode, bidirectional: true }],
      }),
      architecture(`no bias, reset ${resetMode}`, { layers: [{ units: 4, resetMode, bias: false }] }),
      architecture(
        `every step, two layers, reset ${resetMode}`,
        {
          layers: [
            { units: 3, resetMode },
            { units: 4, resetMode },
          ],
          readout: 'every',
        },
        everyStep,
      ),
    ]),
    ...activations.flatMap((activation) => [
      architecture(`candidate ${activation}`, { layers: [{ units: 3, candidateActivation: activation }] }),
      architecture(`head ${activation}`, {
        layers: [{ units: 3 }],
        head: [{ units: 4, activation }],
      }),
    ]),
    architecture('gates hardSigmoid', {
      layers: [{ units: 3, gateActivation: 'hardSigmoid', bidirectional: true }],
    }),
    architecture('gates hardSigmoidOnnx, reset before', {
      layers: [{ units: 3, gateActivation: 'hardSigmoidOnnx', resetMode: 'before' }],
    }),
    architecture('bidirectional stack with a head', {
      layers: [{ units: 3, bidirectional: true }, { units: 2, bidirectional: true }, { units: 4 }],
      head: [
        { units: 5, activation: 'gelu' },
        { units: 3, activation: 'softsign' },
      ],
    }),
    ...(['mean', 'max', 'attention'] as const).flatMap((readout) => [
      architecture(`read-out ${readout}`, { layers: [{ units: 4 }], readout, attentionSize: 3 }),
      architecture(`read-out ${readout}, bidirectional`, {
        layers: [{ units: 3, bidirectional: true, resetMode: 'before' }],
        readout,
        attentionSize: 4,
      }),
    ]),
    architecture(
      'embeddings and features',
      { layers: [{ units: 4 }], embeddingWidth: 2 },
      { tokens: twoTokens },
    ),
    architecture(
      'one embedding alone',
      { layers: [{ units: 4, resetMode: 'before' }], embeddingWidth: 3 },
      { features: [], tokens: [{ name: 'word', entries: 7 }], classes: ['a', 'b', 'c'] },
    ),
    architecture(
      'two embeddings alone, tagging',
      { layers: [{ units: 3, bidirectional: true }], readout: 'every' },
      { features: [], tokens: twoTokens, classes: ['O', 'B', 'I'], ...everyStep },
    ),
    architecture('residual layers', {
      layers: [
        { units: 3, residual: true },
        { units: 3, residual: true, resetMode: 'before' },
      ],
    }),
    architecture(
      'residual bidirectional, last',
      { layers: [{ units: 2, bidirectional: true, residual: true }] },
      { features: ['a', 'b', 'c', 'd'] },
    ),
    architecture('residual, mean', { layers: [{ units: 3, residual: true }], readout: 'mean' }),
    architecture('learned initial state', {
      layers: [
        { units: 3, bidirectional: true, initialState: { kind: 'trainable' } },
        { units: 4, initialState: { kind: 'trainable' }, resetMode: 'before' },
      ],
    }),
    architecture(
      'given initial state',
      {
        layers: [
          { units: 2, bidirectional: true, initialState: { kind: 'given', columns: columns(4) } },
          { units: 3, initialState: { kind: 'given', columns: columns(3) } },
        ],
      },
      { stateValues: 7 },
    ),
    ...resetModes.map((resetMode) =>
      architecture(`layer normalization, reset ${resetMode}`, {
        layers: [{ units: 4, layerNormalization: true, resetMode, bidirectional: resetMode === 'after' }],
      }),
    ),
    architecture('clipped gates', { layers: [{ units: 4, clip: 0.4 }] }),
    architecture('clipped gates, bidirectional, learned state', {
      layers: [
        {
          units: 3,
          clip: 0.6,
          bidirectional: true,
          resetMode: 'before',
          initialState: { kind: 'trainable' },
        },
      ],
      readout: 'max',
    }),
    architecture('zoneout', {
      layers: [
        { units: 4, zoneout: 0.2 },
        { units: 3, zoneout: 0.1 },
      ],
    }),
    architecture('dropout everywhere, which only training has', {
      layers: [{ units: 4, inputDropout: 0.2, recurrentDropout: 0.3, outputDropout: 0.1 }],
      head: [{ units: 4, activation: 'relu', dropout: 0.5 }],
    }),
    architecture('three different layers', {
      layers: [
        { units: 5, resetMode: 'before', gateActivation: 'hardSigmoid' },
        { units: 4, resetMode: 'after', candidateActivation: 'softsign' },
        { units: 3, bidirectional: true },
      ],
      readout: 'attention',
      attentionSize: 5,
    }),
    architecture(
      'quantiles',
      { layers: [{ units: 4 }] },
      { training: { loss: { kind: 'pinball', quantiles: [0.1, 0.5, 0.9] } } },
    ),
    architecture('Gaussian', { layers: [{ units: 4 }] }, { training: { loss: { kind: 'gaussian' } } }),
  ];
}
