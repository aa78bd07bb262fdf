import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { InputLayout, OutputLayout } from '../../engine/data/prepared.ts';
import { describeModel } from '../../engine/model/describe.ts';
import { experiment } from '../train/support.ts';

const plain: InputLayout = { features: ['a', 'b', 'c'], tokens: [], stateValues: 0 };
const values: OutputLayout = { kind: 'values', targets: ['y'], classes: [], rows: 'batch' };
const labels: OutputLayout = { kind: 'labels', targets: ['y'], classes: ['u', 'v'], rows: 'batch' };

function model(parts: unknown, inputs = plain, outputs = values) {
  return describeModel(experiment(parts), inputs, outputs);
}

/** Weights of the GRU layers alone. */
function gruCount(parts: unknown): number {
  return model(parts)
    .parameters.filter(({ layer }) => layer.startsWith('gru.'))
    .reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}

describe('describing a model', () => {
  it.each([
    // sum(p.numel() for p in torch.nn.GRU(3, 5, ...).parameters()) in PyTorch 2.13
    { layers: [{ units: 5 }], count: 150 },
    { layers: [{ units: 5, bias: false }], count: 120 },
    { layers: [{ units: 5 }, { units: 5 }], count: 330 },
    { layers: [{ units: 5, bidirectional: true }], count: 300 },
    {
      layers: [
        { units: 5, bidirectional: true },
        { units: 5, bidirectional: true },
      ],
      count: 810,
    },
    // keras.layers.GRU(5, reset_after=False).count_params() in Keras 3.15 on 3 features: 3 H (I + H + 1)
    { layers: [{ units: 5, resetMode: 'before' }], count: 135 },
    { layers: [{ units: 5, resetMode: 'after' }], count: 135 },
  ])('counts $count weights in $layers', ({ layers, count }) => {
    expect(gruCount({ model: { layers } })).toBe(count);
  });

  it('names weights in the order in which the model computes', () => {
    const { parameters, inputWidth, parameterCount } = model(
      {
        model: {
          layers: [
            { units: 2, bidirectional: true, layerNormalization: true, initialState: { kind: 'trainable' } },
          ],
          readout: 'attention',
          attentionSize: 7,
          head: [{ units: 6 }],
        },
      },
      {
        features: ['a'],
        tokens: [
          { name: 'day', entries: 7 },
          { name: 'shop', entries: 400 },
        ],
        stateValues: 0,
      },
    );
    expect(inputWidth).toBe(1 + 4 + 50);
    expect(parameters.map(({ name, shape }) => `${name} ${shape.join('x')}`)).toEqual([
      'embedding.day 7x4',
      'embedding.shop 400x50',
      ...['forward', 'reverse'].flatMap((direction) => [
        `gru.0.${direction}.kernel 55x6`,
        `gru.0.${direction}.recurrent 2x6`,
        `gru.0.${direction}.bias 6`,
        `gru.0.${direction}.recurrentBias 6`,
        `gru.0.${direction}.gain 12`,
        `gru.0.${direction}.initialState 2`,
      ]),
      'attention.kernel 4x7',
      'attention.bias 7',
      'attention.vector 7',
      'head.0.kernel 4x6',
      'head.0.bias 6',
      'output.kernel 6x1',
      'output.bias 1',
    ]);
    expect(parameterCount).toBe(28 + 20000 + 2 * (330 + 12 + 6 + 6 + 12 + 2) + 28 + 7 + 7 + 24 + 6 + 6 + 1);
  });

  it.each([
    { loss: { kind: 'meanSquaredError' }, outputs: { ...values, targets: ['y', 'z'] }, width: 2 },
    {
      loss: { kind: 'pinball', quantiles: [0.1, 0.5, 0.9] },
      outputs: { ...values, targets: ['y', 'z'] },
      width: 6,
    },
    { loss: { kind: 'gaussian' }, outputs: values, width: 2 },
    { loss: { kind: 'crossEntropy' }, outputs: { ...labels, classes: ['u', 'v', 'w'] }, width: 3 },
    { loss: { kind: 'binaryFocal' }, outputs: { ...values, kind: 'binary' as const }, width: 1 },
  ])('gives $width outputs for $loss.kind', ({ loss, outputs, width }) => {
    expect(model({ training: { loss } }, plain, outputs).output.units).toBe(width);
  });

  it.each([
    ['model.layers.0.residual', { model: { layers: [{ units: 4, residual: true }] } }],
    ['model.readout', { model: { readout: 'every' } }],
    ['training.loss.kind', { training: { loss: { kind: 'crossEntropy' } } }],
    ['training.frozen.0', { training: { frozen: ['gru.1'] } }],
    ['training.frozen.0', { training: { frozen: ['gru.0.forw'] } }],
    [
      'training.learningRateMultipliers.embedding',
      { training: { learningRateMultipliers: { embedding: 2 } } },
    ],
    ['training.constraints.gain', { training: { constraints: { gain: { kind: 'nonNegative' } } } }],
    ['training.regularizers.attention', { training: { regularizers: { attention: { l1: 1 } } } }],
    [
      'model.layers.0.bidirectional',
      { model: { layers: [{ bidirectional: true }] }, training: { stateful: true } },
    ],
    ['model.layers.0.bidirectional', { task: 'next', model: { layers: [{ bidirectional: true }] } }],
    [
      'model.layers.0.initialState',
      { model: { layers: [{ initialState: { kind: 'trainable' } }] }, training: { stateful: true } },
    ],
    [
      'model.layers.0.initialState.columns',
      { model: { layers: [{ units: 3, initialState: { kind: 'given', columns: ['a'] } }] } },
    ],
  ])('refuses what does not fit and names %s', (where, parts) => {
    let caught: unknown;
    try {
      model(parts);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(WorkbenchError);
    expect(caught).toMatchObject({ code: 'config/impossible', where });
    expect((caught as WorkbenchError).hint).toBeTruthy();
  });

  it('refuses labels of one class, wrong class weights and a model without input', () => {
    const loss = { kind: 'crossEntropy', classWeights: [1, 2, 3] };
    expect(() => model({ training: { loss } }, plain, labels)).toThrow('3 class weights for 2 classes');
    const one = { ...labels, classes: ['u'] };
    expect(() => model({ training: { loss: { kind: 'focal' } } }, plain, one)).toThrow(
      'nothing to tell apart',
    );
    expect(() => model({}, { features: [], tokens: [], stateValues: 0 })).toThrow('no input');
  });
});
