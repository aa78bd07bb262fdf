import type { LayerDescription } from '../../model/description.ts';
import { layerNormalizationEpsilon } from '../../ops/gru.ts';
import { concatenate, gateColumns, transpose } from '../layout.ts';
import { type ExportSource, optionalWeight, weightOf } from '../source.ts';
import { activationNodes, gruActivations } from './activations.ts';
import type { Attributes, GraphBuilder, Value } from './builder.ts';

/** Values that every layer reads. */
export interface Surroundings {
  readonly builder: GraphBuilder;
  readonly source: ExportSource;
  /** [B] int32 timesteps of each sequence, or null when all are full. */
  readonly lengths: Value | null;
  /** [1] int64 */
  readonly batch: Value;
  /** [T] int32: 0, 1, ...; made where a loop or a mask needs it. */
  readonly steps: Value;
}

export interface RecurrenceResult {
  /** [T,B,D*H] */
  readonly states: Value;
  /** [D,B,H] */
  readonly finalState: Value;
}

/** Whether the GRU operator, as ONNX Runtime computes it, says the same as the layer. */
export function fitsGruOperator({ config }: LayerDescription): boolean {
  return (
    gruActivations[config.gateActivation] !== null &&
    gruActivations[config.candidateActivation] !== null &&
    config.clip === null &&
    config.zoneout === 0 &&
    !config.layerNormalization
  );
}

/**
 * A layer as a GRU operator (opset 7, 14, 22: gates z,r,h in rows, both halves of the bias, linear_before_reset written
 * in every file, layout 0).
 * @param input [T,B,I]
 * @param initial [D,B,H], or null for zeros.
 */
export function gruOperator(
  around: Surroundings,
  layer: LayerDescription,
  input: Value,
  initial: Value | null,
): RecurrenceResult {
  const { builder, source, lengths } = around;
  const { config, units, inputs, directions } = layer;
  const rows = (weight: string, columns: number) =>
    concatenate(
      directions.map(({ name }) => transpose(weightOf(source, `${name}.${weight}`), columns, 3 * units)),
    );
  const count = directions.length;
  const kernel = builder.matrix(`${layer.name}.W`, [count, 3 * units, inputs], rows('kernel', inputs));
  const recurrent = builder.matrix(`${layer.name}.R`, [count, 3 * units, units], rows('recurrent', units));
  const halves = directions.flatMap(({ name }) =>
    ['bias', 'recurrentBias'].map(
      (half) => optionalWeight(source, `${name}.${half}`) ?? new Float32Array(3 * units),
    ),
  );
  const bias = config.bias ? builder.floats(`${layer.name}.B`, [count, 6 * units], concatenate(halves)) : '';
  const [all = '', last = ''] = builder.nodeWithOutputs(
    'GRU',
    [input, kernel, recurrent, bias, lengths ?? '', initial ?? ''],
    2,
    {
      hidden_size: { kind: 'int', value: units },
      direction: { kind: 'text', value: count === 2 ? 'bidirectional' : 'forward' },
      linear_before_reset: { kind: 'int', value: config.resetMode === 'before' ? 0 : 1 },
      ...activationAttributes(layer),
    },
  );
  return { states: directionsSideBySide(builder, layer, all), finalState: last };
}

/** One pair of activations a direction; alpha and beta only for those that have them, in their order. */
function activationAttributes({ config, directions }: LayerDescription): Attributes {
  const used = directions.flatMap(() => [
    gruActivations[config.gateActivation],
    gruActivations[config.candidateActivation],
  ]);
  const numbers = (key: 'alpha' | 'beta') =>
    used.flatMap((activation) => (activation?.[key] === undefined ? [] : [activation[key]]));
  const [alpha, beta] = [numbers('alpha'), numbers('beta')];
  return {
    activations: { kind: 'texts', value: used.map((activation) => activation?.name ?? '') },
    ...(alpha.length > 0 ? { activation_alpha: { kind: 'floats', value: alpha } } : {}),
    ...(beta.length > 0 ? { activation_beta: { kind: 'floats', value: beta } } : {}),
  };
}

/** [T,D,B,H] to [T,B,D*H]. */
function directionsSideBySide(builder: GraphBuilder, layer: LayerDescription, all: Value): Value {
  if (layer.directions.length === 1) return builder.node('Squeeze', [all, builder.integers(1)]);
  const side = builder.transpose(all, 0, 2, 1, 3);
  return builder.node('Reshape', [side, builder.integers(0, 0, layer.width)]);
}

/** A layer as one Scan a direction, for what the GRU operator cannot say. Parameters as those of `gruOperator`. */
export function scanLayer(
  around: Surroundings,
  layer: LayerDescription,
  input: Value,
  initial: Value | null,
): RecurrenceResult {
  const { builder } = around;
  const start = initial ?? zeros(around, layer);
  const parts = layer.directions.map((direction, index) => {
    const state = builder.node('Squeeze', [builder.slice(start, 0, index, index + 1), builder.integers(0)]);
    return scanDirection(around, layer, direction.name, direction.reverse, input, state);
  });
  const last = parts.map(({ last }) => builder.node('Unsqueeze', [last, builder.integers(0)]));
  return {
    states: builder.concatenate(
      parts.map(({ states }) => states),
      2,
    ),
    finalState: builder.concatenate(last, 0),
  };
}

function zeros({ builder, batch }: Surroundings, { directions, units }: LayerDescription): Value {
  const shape = builder.concatenate([builder.integers(directions.length), batch, builder.integers(units)], 0);
  return builder.node('Expand', [builder.scalar(0), shape]);
}

const gates = ['z', 'r', 'n'] as const;

function scanDirection(
  { builder, source, lengths, steps }: Surroundings,
  layer: LayerDescription,
  name: string,
  reverse: boolean,
  input: Value,
  state: Value,
): { states: Value; last: Value } {
  const { config, units, inputs } = layer;
  const kernel = weightOf(source, `${name}.kernel`);
  const recurrent = weightOf(source, `${name}.recurrent`);
  const bias = optionalWeight(source, `${name}.bias`);
  const recurrentBias = optionalWeight(source, `${name}.recurrentBias`);
  const gain = optionalWeight(source, `${name}.gain`);
  const block = (values: Float32Array, gate: number) => values.subarray(gate * units, (gate + 1) * units);
  const gains = gates.map((_, gate) =>
    gain === null
      ? null
      : {
          input: builder.floats(`${name}.gain.${gates[gate]}`, [units], block(gain, gate)),
          state: builder.floats(`${name}.gain.recurrent.${gates[gate]}`, [units], block(gain, 3 + gate)),
        },
  );
  const normalize = (inside: GraphBuilder, value: Value, scale: Value | undefined): Value =>
    scale === undefined
      ? value
      : inside.node('LayerNormalization', [value, scale], {
          axis: { kind: 'int', value: -1 },
          epsilon: { kind: 'float', value: layerNormalizationEpsilon },
        });

  // x W for all steps at once; the biases of z and r are added here, since both are added before the activation.
  const fromInput = gates.map((gate, index) => {
    const weight = matrixOf(
      builder,
      `${name}.W.${gate}`,
      gateColumns(kernel, inputs, units, index),
      inputs,
      units,
    );
    const product = normalize(builder, builder.node('MatMul', [input, weight]), gains[index]?.input);
    if (bias === null) return product;
    const sum = block(bias, index).slice();
    if (recurrentBias !== null && gate !== 'n') {
      block(recurrentBias, index).forEach((value, unit) => {
        sum[unit] = (sum[unit] as number) + value;
      });
    }
    return builder.node('Add', [product, builder.floats(`${name}.b.${gate}`, [units], sum)]);
  });
  const recurrentWeights = gates.map((gate, index) =>
    matrixOf(builder, `${name}.R.${gate}`, gateColumns(recurrent, units, units, index), units, units),
  );
  const candidateBias =
    recurrentBias === null ? null : builder.floats(`${name}.c.n`, [units], block(recurrentBias, 2));

  const body = builder.body(name);
  const row = ['batch', units];
  const inBody = (label: string): Value => {
    body.inputs.push({ name: `${name}/${label}`, type: 'float', shape: row, documentation: '' });
    return `${name}/${label}`;
  };
  const h = inBody('h');
  const a = gates.map((gate) => inBody(`a_${gate}`));
  const step = `${name}/step`;
  if (lengths !== null) body.inputs.push({ name: step, type: 'int32', shape: [], documentation: '' });

  const fromState = (index: number, value: Value): Value =>
    normalize(body, body.node('MatMul', [value, recurrentWeights[index] ?? '']), gains[index]?.state);
  const limited = (value: Value): Value =>
    config.clip === null
      ? value
      : body.node('Clip', [value, body.scalar(-config.clip), body.scalar(config.clip)]);
  const gate = (index: number): Value =>
    activationNodes(
      body,
      config.gateActivation,
      limited(body.node('Add', [a[index] ?? '', fromState(index, h)])),
    );
  const z = gate(0);
  const r = gate(1);
  let recurrentPart = fromState(2, config.resetMode === 'before' ? body.node('Mul', [r, h]) : h);
  if (candidateBias !== null) recurrentPart = body.node('Add', [recurrentPart, candidateBias]);
  if (config.resetMode !== 'before') recurrentPart = body.node('Mul', [r, recurrentPart]);
  const n = activationNodes(
    body,
    config.candidateActivation,
    limited(body.node('Add', [a[2] ?? '', recurrentPart])),
  );
  // z h + (1 - z) n
  let next = body.node('Add', [n, body.node('Mul', [z, body.node('Sub', [h, n])])]);
  if (config.zoneout > 0) {
    const change = body.node('Mul', [body.node('Sub', [next, h]), body.scalar(1 - config.zoneout)]);
    next = body.node('Add', [h, change]);
  }
  if (lengths !== null) {
    const valid = body.node('Unsqueeze', [body.node('Less', [step, lengths]), body.integers(1)]);
    next = body.node('Where', [valid, next, h]);
  }
  body.output(next, { name: `${name}/next`, type: 'float', shape: row, documentation: '' });
  body.output(next, { name: `${name}/state`, type: 'float', shape: row, documentation: '' });

  const scanned = [...fromInput, ...(lengths === null ? [] : [steps])];
  const direction = Number(reverse);
  const [last = '', states = ''] = builder.nodeWithOutputs('Scan', [state, ...scanned], 2, {
    body: { kind: 'graph', value: body.graph(name, true) },
    num_scan_inputs: { kind: 'int', value: scanned.length },
    scan_input_directions: { kind: 'ints', value: scanned.map(() => direction) },
    scan_output_directions: { kind: 'ints', value: [direction] },
  });
  return { states, last };
}

/** A matrix [rows,columns] for a product from the left; quantized, one scale a column. */
export function matrixOf(
  builder: GraphBuilder,
  name: string,
  values: Float32Array,
  rows: number,
  columns: number,
): Value {
  if (builder.weightType !== 'int8') return builder.matrix(name, [rows, columns], values);
  return builder.transpose(builder.matrix(name, [columns, rows], transpose(values, rows, columns)), 1, 0);
}
