import { experimentSchema } from '../../engine/contract/experiment.ts';
import type { Batch, InputLayout, OutputLayout } from '../../engine/data/prepared.ts';
import { createBatch } from '../../engine/data/prepared.ts';
import { torchModule } from '../../engine/export/pytorch-module.ts';
import { torchTensors } from '../../engine/export/pytorch-names.ts';
import { writeSafetensors } from '../../engine/export/safetensors.ts';
import { describeModel } from '../../engine/model/describe.ts';
import { type ModelDescription, parameterSize } from '../../engine/model/description.ts';

/** A model that PyTorch can say, with inputs of different length. */
export interface TorchCase {
  readonly name: string;
  readonly model: ModelDescription;
  readonly experiment: ReturnType<typeof experimentSchema.parse>;
}

const timesteps = 5;
const batch = 3;
const lengths = [5, 2, 4];

export function torchCases(): TorchCase[] {
  return [
    torchCase('one layer', { layers: [{ units: 4 }] }),
    torchCase('stacked bidirectional', {
      layers: [
        { units: 3, bidirectional: true, initialState: { kind: 'trainable' } },
        { units: 3, bidirectional: true, initialState: { kind: 'trainable' } },
      ],
      head: [
        { units: 4, activation: 'gelu' },
        { units: 3, activation: 'hardSigmoid' },
      ],
    }),
    torchCase(
      'every step, uneven layers',
      {
        layers: [
          { units: 4, bias: false },
          { units: 2, resetMode: 'after' },
          { units: 2, residual: true },
        ],
        readout: 'every',
        head: [{ units: 3, activation: 'swish' }],
      },
      { rows: 'sequence', tokens: [{ name: 'day', entries: 4 }] },
    ),
    torchCase(
      'attention, given state',
      {
        layers: [
          {
            units: 3,
            bidirectional: true,
            initialState: { kind: 'given', columns: ['a', 'b', 'c', 'd', 'e', 'f'] },
          },
          { units: 2, initialState: { kind: 'trainable' } },
        ],
        readout: 'attention',
        attentionSize: 3,
        embeddingWidth: 2,
      },
      {
        stateValues: 6,
        tokens: [
          { name: 'day', entries: 4 },
          { name: 'shop', entries: 3 },
        ],
      },
    ),
    torchCase('mean', { layers: [{ units: 3, bidirectional: true }], readout: 'mean' }),
    torchCase('max', {
      layers: [{ units: 3, resetMode: 'after' }],
      readout: 'max',
      head: [{ units: 2, activation: 'elu' }],
    }),
  ];
}

interface Layout {
  readonly rows?: OutputLayout['rows'];
  readonly tokens?: InputLayout['tokens'];
  readonly stateValues?: number;
}

function torchCase(name: string, model: object, layout: Layout = {}): TorchCase {
  const experiment = experimentSchema.parse({ model });
  const inputs: InputLayout = {
    features: ['x', 'y'],
    tokens: layout.tokens ?? [],
    stateValues: layout.stateValues ?? 0,
  };
  const outputs: OutputLayout = {
    kind: 'values',
    targets: ['u', 'v'],
    classes: [],
    rows: layout.rows ?? 'batch',
  };
  return { name, experiment, model: describeModel(experiment, inputs, outputs) };
}

/** Weights that differ everywhere and that any program can make again. */
export function weightsOf(model: ModelDescription): Map<string, Float64Array> {
  let count = 0;
  return new Map(
    model.parameters.map((parameter) => {
      const values = Float64Array.from(
        { length: parameterSize(parameter) },
        () => 0.7 * Math.sin(1 + 1.7 * count++),
      );
      return [parameter.name, values];
    }),
  );
}

/** A batch of which two sequences are padded; values are exact in float32. */
export function batchOf(model: ModelDescription): Batch {
  const made = createBatch(model.inputs, model.outputs, { timesteps, batch });
  made.features.forEach((_, index) => {
    const row = Math.floor(index / model.inputs.features.length);
    const padded = Math.floor(row / batch) >= (lengths[row % batch] ?? 0);
    made.features[index] = padded ? 0 : ((index * 7) % 16) / 8 - 1;
  });
  model.inputs.tokens.forEach(({ entries }, token) => {
    for (let row = 0; row < timesteps * batch; row++) {
      made.tokens[row * model.inputs.tokens.length + token] = (row + token) % entries;
    }
  });
  made.initialState.forEach((_, index) => {
    made.initialState[index] = ((index * 5) % 8) / 8 - 0.5;
  });
  made.lengths.set(lengths);
  return made;
}

/** The files that an export writes, and the inputs as JSON in PyTorch's order [batch, steps, ...]. */
export function torchFiles({ name, model }: TorchCase): Map<string, Uint8Array> {
  const stem = name.replace(/\W+/g, '_');
  const encoder = new TextEncoder();
  return new Map([
    [
      `${stem}.safetensors`,
      writeSafetensors({ tensors: torchTensors(model, weightsOf(model)), metadata: {} }),
    ],
    [`${stem}.py`, encoder.encode(torchModule(model, `${stem}.safetensors`))],
    [`${stem}.inputs.json`, encoder.encode(JSON.stringify(torchInputs(model)))],
  ]);
}

function torchInputs(model: ModelDescription) {
  const { features, tokens, initialState } = batchOf(model);
  const samplesFirst = (values: ArrayLike<number>, width: number) =>
    Array.from({ length: batch }, (_, sample) =>
      Array.from({ length: timesteps }, (_, step) =>
        Array.from({ length: width }, (_, column) => values[(step * batch + sample) * width + column]),
      ),
    );
  return {
    features: samplesFirst(features, model.inputs.features.length),
    tokens: samplesFirst(tokens, model.inputs.tokens.length),
    state: Array.from({ length: batch }, (_, sample) =>
      Array.from(
        initialState.subarray(sample * model.inputs.stateValues, (sample + 1) * model.inputs.stateValues),
      ),
    ),
    lengths,
  };
}
