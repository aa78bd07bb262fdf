import type { LayerDescription } from '../../model/description.ts';
import { concatenate } from '../layout.ts';
import { type ExportSource, textMetadata, unsupported, weightOf } from '../source.ts';
import { activationNodes } from './activations.ts';
import { GraphBuilder, type Value } from './builder.ts';
import { inputProcessing, outputProcessing } from './processing.ts';
import type { OnnxGraph, OnnxValue } from './proto.ts';
import { writeOnnx } from './proto.ts';
import { fitsGruOperator, gruOperator, matrixOf, type Surroundings, scanLayer } from './recurrence.ts';
import type { OnnxWeightType } from './tensor.ts';

export const onnxOpsets = [17, 22] as const;

export interface OnnxOptions {
  /** 22 for current runtimes, 17 for older ones. */
  readonly opset: (typeof onnxOpsets)[number];
  /** Whether sequences of different length are read: adds the input `lengths`. */
  readonly lengths: boolean;
  /** Whether the states before the first step are inputs, so that a stream goes on where the last call ended. */
  readonly states: boolean;
  /** Whether the graph takes values in the units of the file and gives predictions in them. */
  readonly processing: boolean;
  readonly weightType: OnnxWeightType;
}

export const defaultOnnxOptions: OnnxOptions = {
  opset: 22,
  lengths: true,
  states: false,
  processing: false,
  weightType: 'float32',
};

/** Opset to the version of the file format that first knew it. */
const irVersions = { 17: 8, 22: 10 } as const;

/**
 * The model as an ONNX file. Batch-major outside: features [batch, steps, F], tokens [batch, steps, K] int64, state
 * [batch, S], lengths [batch] int32 -> predictions [batch, (steps,) outputs] and final_state_k [directions, batch,
 * units] of every layer. Batch and steps are open.
 * Throws `export/unsupported` where `processing` needs what the preparation does not have.
 */
export function exportOnnx(source: ExportSource, options: OnnxOptions): Uint8Array {
  return writeOnnx({
    irVersion: irVersions[options.opset],
    opset: options.opset,
    producer: 'GRU Workbench',
    producerVersion: source.program,
    documentation: `${source.experiment.name}, ${source.run}`,
    graph: onnxGraph(source, options),
    metadata: {
      ...textMetadata(source, 'onnx'),
      processing: String(options.processing),
      weights: options.weightType,
    },
  });
}

function onnxGraph(source: ExportSource, options: OnnxOptions): OnnxGraph {
  const { model } = source;
  const builder = new GraphBuilder(options.opset, options.weightType);
  const declared = new Map<string, Value>();
  const input = (name: string, type: OnnxValue['type'], shape: OnnxValue['shape'], documentation: string) => {
    builder.inputs.push({ name, type, shape, documentation });
    declared.set(name, name);
    return name;
  };

  const parts: Value[] = [];
  const { features, tokens, stateValues } = model.inputs;
  if (features.length > 0) {
    const text = features.join(', ');
    const value = input('features', 'float', ['batch', 'steps', features.length], text);
    parts.push(options.processing ? inputProcessing(builder, source, value) : value);
  }
  if (tokens.length > 0) {
    const text = tokens.map(({ name }) => name).join(', ');
    const value = input('tokens', 'int64', ['batch', 'steps', tokens.length], text);
    for (const { name, token, entries, width } of model.embeddings) {
      const table = builder.matrix(name, [entries, width], weightOf(source, name));
      const axis = { axis: { kind: 'int', value: 2 } } as const;
      const column = builder.node('Gather', [value, builder.integer(token)], axis);
      parts.push(builder.node('Gather', [table, column], { axis: { kind: 'int', value: 0 } }));
    }
  }
  const state =
    stateValues > 0 && !options.states
      ? input('state', 'float', ['batch', stateValues], 'initial states, layer by layer')
      : null;
  const first = parts[0] ?? '';
  const shape = builder.node('Shape', [first]);
  const batch = builder.slice(shape, 0, 0, 1);
  const count = builder.node('Gather', [shape, builder.integer(1)], { axis: { kind: 'int', value: 0 } });
  const lengths = options.lengths
    ? input('lengths', 'int32', ['batch'], 'timesteps of each sequence; what follows is padding')
    : null;
  const range = builder.node('Range', [builder.integer(0), count, builder.integer(1)]);
  const steps = builder.node('Cast', [range], { to: { kind: 'int', value: 6 } });
  const around: Surroundings = { builder, source, lengths, batch, steps };

  let x = builder.transpose(builder.concatenate(parts, 2), 1, 0, 2);
  let finalState = '';
  model.layers.forEach((layer, index) => {
    const initial = options.states
      ? input(
          `initial_state_${index}`,
          'float',
          [layer.directions.length, 'batch', layer.units],
          'zeros at the start of a stream, then final_state of the call before',
        )
      : initialState(around, layer, state);
    const recur = fitsGruOperator(layer) ? gruOperator : scanLayer;
    const result = recur(around, layer, x, initial);
    x = layer.config.residual ? builder.node('Add', [x, result.states]) : result.states;
    finalState = result.finalState;
    builder.output(finalState, {
      name: `final_state_${index}`,
      type: 'float',
      shape: [layer.directions.length, 'batch', layer.units],
      documentation: 'state after the last step',
    });
  });

  let y = readout(around, x, finalState);
  for (const { name, inputs, units, activation } of [...model.head, model.output]) {
    const kernel = matrixOf(builder, `${name}.kernel`, weightOf(source, `${name}.kernel`), inputs, units);
    const bias = builder.floats(`${name}.bias`, [units], weightOf(source, `${name}.bias`));
    y = activationNodes(
      builder,
      activation,
      builder.node('Add', [builder.node('MatMul', [y, kernel]), bias]),
    );
  }
  if (model.outputs.rows === 'sequence') y = builder.transpose(y, 1, 0, 2);
  const columns = model.output.units;
  if (options.processing) y = outputProcessing(builder, source, y);
  builder.outputs.unshift({
    name: 'predictions',
    type: 'float',
    shape: model.outputs.rows === 'sequence' ? ['batch', 'steps', columns] : ['batch', columns],
    documentation: (model.outputs.kind === 'labels' ? model.outputs.classes : model.outputs.targets).join(
      ', ',
    ),
  });
  builder.rename(y, 'predictions');
  return builder.graph(source.experiment.name === '' ? 'model' : source.experiment.name);
}

/** [D,B,H] state before the first step, or null for zeros. */
function initialState(around: Surroundings, layer: LayerDescription, given: Value | null): Value | null {
  const { builder, source, batch } = around;
  const { config, directions, units, width } = layer;
  switch (config.initialState.kind) {
    case 'zeros':
      return null;
    case 'trainable': {
      const learned = concatenate(directions.map(({ name }) => weightOf(source, `${name}.initialState`)));
      const value = builder.floats(`${layer.name}.initialState`, [directions.length, 1, units], learned);
      const shape = builder.concatenate(
        [builder.integers(directions.length), batch, builder.integers(units)],
        0,
      );
      return builder.node('Expand', [value, shape]);
    }
    case 'given': {
      if (given === null)
        throw unsupported('ONNX', 'model.layers', 'given initial states without their input');
      const start = directions[0]?.stateColumn ?? 0;
      const columns = builder.slice(given, 1, start, start + width);
      const rows = builder.node('Reshape', [columns, builder.integers(0, directions.length, units)]);
      return builder.transpose(rows, 1, 0, 2);
    }
  }
}

/** [T,B,C] states to what the head sees. */
function readout(around: Surroundings, x: Value, finalState: Value): Value {
  const { builder, source, lengths, steps } = around;
  const { model } = source;
  /** [T,B,1] whether a step is one of the sequence's own. */
  const mask = (): Value | null =>
    lengths === null
      ? null
      : builder.node('Unsqueeze', [
          builder.node('Less', [builder.node('Unsqueeze', [steps, builder.integers(1)]), lengths]),
          builder.integers(2),
        ]);
  const within = (value: Value, otherwise: number): Value => {
    const valid = mask();
    return valid === null ? value : builder.node('Where', [valid, value, builder.scalar(otherwise)]);
  };
  switch (model.readout) {
    case 'every':
      return x;
    case 'last':
      return lastState(around, x, finalState);
    case 'mean': {
      const sum = builder.sum(within(x, 0), 0);
      const count =
        lengths === null
          ? builder.slice(builder.node('Shape', [x]), 0, 0, 1)
          : builder.node('Unsqueeze', [lengths, builder.integers(1)]);
      return builder.node('Div', [sum, builder.node('Cast', [count], { to: { kind: 'int', value: 1 } })]);
    }
    case 'max':
      return builder.max(within(x, Number.NEGATIVE_INFINITY), 0);
    case 'attention': {
      const width = model.layers.at(-1)?.width ?? 0;
      const size = model.attentionSize;
      const kernel = matrixOf(builder, 'attention.kernel', weightOf(source, 'attention.kernel'), width, size);
      const bias = builder.floats('attention.bias', [size], weightOf(source, 'attention.bias'));
      const vector = builder.floats('attention.vector', [size, 1], weightOf(source, 'attention.vector'));
      const projected = builder.node('Tanh', [
        builder.node('Add', [builder.node('MatMul', [x, kernel]), bias]),
      ]);
      const scores = within(builder.node('MatMul', [projected, vector]), Number.NEGATIVE_INFINITY);
      const weights = builder.node('Softmax', [scores], { axis: { kind: 'int', value: 0 } });
      return builder.sum(builder.node('Mul', [weights, within(x, 0)]), 0);
    }
  }
}

/** The last state of each direction; with a residual connection the last sum, picked out of all steps. */
function lastState({ builder, source, lengths, steps }: Surroundings, x: Value, finalState: Value): Value {
  const layer = source.model.layers.at(-1);
  if (layer === undefined) return x;
  if (!layer.config.residual) {
    const sides = builder.transpose(finalState, 1, 0, 2);
    return builder.node('Reshape', [sides, builder.integers(0, layer.width)]);
  }
  const axis = { axis: { kind: 'int', value: 0 } } as const;
  const at = (position: number): Value => builder.node('Gather', [x, builder.integer(position)], axis);
  const last = (): Value => {
    if (lengths === null) return at(-1);
    const next = builder.node('Add', [
      builder.node('Unsqueeze', [steps, builder.integers(1)]),
      builder.int32(1),
    ]);
    const ends = builder.node('Unsqueeze', [builder.node('Equal', [next, lengths]), builder.integers(2)]);
    return builder.sum(builder.node('Where', [ends, x, builder.scalar(0)]), 0);
  };
  const parts = layer.directions.map(({ reverse, column }) =>
    builder.slice(reverse ? at(0) : last(), 1, column, column + layer.units),
  );
  return builder.concatenate(parts, 1);
}
