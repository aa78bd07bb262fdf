import type { LayerDescription } from '../../model/description.ts';
import type { Activation } from '../../ops/activation.ts';
import { GraphMaker, type LayerGraph, type LayerWeight, layersInOrder } from '../keras/graph.ts';
import { concatenate } from '../layout.ts';
import {
  describeSource,
  type ExportFile,
  type ExportSource,
  optionalWeight,
  textFile,
  weightOf,
} from '../source.ts';
import { tfjsShim } from './shim.ts';

/** Activations that TensorFlow.js 4.22 has; its hardSigmoid is that of ONNX. */
const stockActivations: Readonly<Record<Activation, string | null>> = {
  linear: 'linear',
  sigmoid: 'sigmoid',
  hardSigmoid: null,
  hardSigmoidOnnx: 'hard_sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  leakyRelu: null,
  elu: 'elu',
  selu: 'selu',
  gelu: 'gelu',
  softplus: 'softplus',
  softsign: 'softsign',
  swish: 'swish',
};

/** Bytes of one file of weights, as the TensorFlow.js converter splits them. */
const shardBytes = 4 * 1024 * 1024;

/**
 * A layers model of TensorFlow.js: model.json and its weights; where stock layers do not suffice, gru-layers.mjs with
 * those that must be registered first. Inputs: `features` [batch, steps, F], `tokens_K` [batch, steps], with `lengths`
 * [batch, 1], and `initial_state_K_DIRECTION` [batch, units] where states are given.
 */
export function exportTfjs(source: ExportSource, lengths: boolean): ExportFile[] {
  const graph = tfjsGraph(source, lengths);
  const layers = layersInOrder(graph);
  const weights = layers.flatMap(({ name, weights }) =>
    weights.map(({ path, ...weight }) => ({ name: [name, ...path].join('/'), ...weight })),
  );
  const bytes = littleEndian(concatenate(weights.map(({ values }) => values)));
  const count = Math.max(1, Math.ceil(bytes.length / shardBytes));
  const shards = Array.from({ length: count }, (_, index) => ({
    path: `group1-shard${index + 1}of${count}.bin`,
    bytes: bytes.subarray(index * shardBytes, (index + 1) * shardBytes),
  }));
  const custom = layers.some(({ className }) => className.startsWith('Gru'));
  const model = {
    format: 'layers-model',
    generatedBy: `GRU Workbench ${source.program}`,
    convertedBy: null,
    modelTopology: topology(graph),
    weightsManifest: [
      {
        paths: shards.map(({ path }) => path),
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
    userDefinedMetadata: describeSource(source, 'tfjs'),
  };
  return [
    textFile('model.json', JSON.stringify(model)),
    ...shards,
    ...(custom ? [textFile('gru-layers.mjs', tfjsShim)] : []),
  ];
}

/** As Keras 2 serializes a functional model, which is what TensorFlow.js reads. */
function topology(graph: LayerGraph) {
  return {
    class_name: 'Functional',
    config: {
      name: 'gru_model',
      layers: layersInOrder(graph).map(({ name, className, config, inputs }) => ({
        class_name: className,
        name,
        config: { name, ...config },
        inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
      })),
      input_layers: graph.inputs.map((name) => [name, 0, 0]),
      output_layers: [[graph.output, 0, 0]],
    },
    keras_version: 'tfjs-layers 4.22.0',
    backend: 'tensor_flow.js',
  };
}

/** Its own initializers are slow (orthogonal), and what they make is overwritten. */
const zeros = { class_name: 'Zeros', config: {} };

function tfjsGraph(source: ExportSource, lengths: boolean): LayerGraph {
  const { model } = source;
  const maker = new GraphMaker();
  const input = (name: string, shape: readonly (number | null)[], dtype: string): string => {
    maker.inputs.push(name);
    return maker.layer('InputLayer', name, { batch_input_shape: shape, dtype, sparse: false }, []);
  };
  const parts: string[] = [];
  const { features } = model.inputs;
  if (features.length > 0) parts.push(input('features', [null, null, features.length], 'float32'));
  for (const [index, { name, entries, width }] of model.embeddings.entries()) {
    const tokens = input(`tokens_${index}`, [null, null], 'int32');
    const config = { input_dim: entries, output_dim: width, embeddings_initializer: zeros };
    const values = weightOf(source, name);
    parts.push(
      maker.layer('Embedding', `embedding_${index}`, config, [tokens], {
        weights: [{ path: ['embeddings'], shape: [entries, width], values }],
      }),
    );
  }
  const steps = lengths ? input('lengths', [null, 1], 'float32') : null;
  const [first = ''] = parts;
  let x = parts.length === 1 ? first : maker.layer('Concatenate', 'input', { axis: -1 }, parts);
  model.layers.forEach((layer, index) => {
    const below = x;
    const ends = index === model.layers.length - 1 && model.readout === 'last' && !layer.config.residual;
    x = isStock(layer, lengths)
      ? stockLayer(maker, source, layer, index, below, !ends)
      : customLayer(maker, source, layer, index, below, steps, input);
    if (layer.config.residual) x = maker.layer('Add', `residual_${index}`, {}, [below, x]);
  });
  x = readout(maker, source, x, steps);
  [...model.head, model.output].forEach(({ name, inputs, units, activation }, index) => {
    const label = index === model.head.length ? 'output' : `head_${index}`;
    const config = {
      units,
      activation: stockActivations[activation] ?? 'linear',
      use_bias: true,
      kernel_initializer: zeros,
      bias_initializer: zeros,
    };
    x = maker.layer('Dense', label, config, [x], {
      weights: [
        { path: ['kernel'], shape: [inputs, units], values: weightOf(source, `${name}.kernel`) },
        { path: ['bias'], shape: [units], values: weightOf(source, `${name}.bias`) },
      ],
    });
    if (activation === 'leakyRelu') x = maker.layer('LeakyReLU', `${label}_activation`, { alpha: 0.01 }, [x]);
    if (activation === 'hardSigmoid') {
      x = maker.layer('Rescaling', `${label}_scaled`, { scale: 1 / 6, offset: 0.5 }, [x]);
      x = maker.layer('ReLU', `${label}_activation`, { max_value: 1 }, [x]);
    }
  });
  return maker.graph(x);
}

/** Whether tf.layers.gru computes the layer: it knows the reset gate before the product only. */
function isStock({ config }: LayerDescription, lengths: boolean): boolean {
  return (
    !lengths &&
    config.resetMode === 'before' &&
    stockActivations[config.gateActivation] !== null &&
    stockActivations[config.candidateActivation] !== null &&
    config.clip === null &&
    config.zoneout === 0 &&
    !config.layerNormalization &&
    config.initialState.kind === 'zeros'
  );
}

function stockLayer(
  maker: GraphMaker,
  source: ExportSource,
  { config, inputs, units, directions }: LayerDescription,
  index: number,
  below: string,
  sequences: boolean,
): string {
  const gru = {
    units,
    activation: stockActivations[config.candidateActivation],
    recurrent_activation: stockActivations[config.gateActivation],
    use_bias: config.bias,
    return_sequences: sequences,
    reset_after: false,
    implementation: 1,
    kernel_initializer: zeros,
    recurrent_initializer: zeros,
    bias_initializer: zeros,
  };
  const weights = (name: string, prefix: readonly string[]): LayerWeight[] => [
    { path: [...prefix, 'kernel'], shape: [inputs, 3 * units], values: weightOf(source, `${name}.kernel`) },
    {
      path: [...prefix, 'recurrent_kernel'],
      shape: [units, 3 * units],
      values: weightOf(source, `${name}.recurrent`),
    },
    ...(config.bias
      ? [{ path: [...prefix, 'bias'], shape: [3 * units], values: weightOf(source, `${name}.bias`) }]
      : []),
  ];
  const [forward, backward] = directions;
  const name = `gru_${index}`;
  if (forward === undefined) return below;
  if (backward === undefined) {
    return maker.layer('GRU', name, gru, [below], { weights: weights(forward.name, []) });
  }
  const label = `bidirectional_${index}`;
  const both = { merge_mode: 'concat', layer: { class_name: 'GRU', config: { name, ...gru } } };
  return maker.layer('Bidirectional', label, both, [below], {
    weights: [...weights(forward.name, [`forward_${name}`]), ...weights(backward.name, [`backward_${name}`])],
  });
}

function customLayer(
  maker: GraphMaker,
  source: ExportSource,
  { config, inputs, units, directions }: LayerDescription,
  index: number,
  below: string,
  lengths: string | null,
  input: (name: string, shape: readonly (number | null)[], dtype: string) => string,
): string {
  const sides = directions.map(({ name, reverse, stateColumn }) => {
    const side = reverse ? 'backward' : 'forward';
    const label = directions.length === 1 ? `gru_${index}` : `gru_${index}_${side}`;
    const state =
      stateColumn === null ? [] : [input(`initial_state_${index}_${side}`, [null, units], 'float32')];
    const shapes: readonly (readonly [string, string, readonly number[]])[] = [
      ['kernel', 'kernel', [inputs, 3 * units]],
      ['recurrent_kernel', 'recurrent', [units, 3 * units]],
      ['bias', 'bias', [3 * units]],
      ['recurrent_bias', 'recurrentBias', [3 * units]],
      ['gain', 'gain', [6 * units]],
      ['initial_state', 'initialState', [units]],
    ];
    const weights = shapes.flatMap(([path, own, shape]) => {
      const values = optionalWeight(source, `${name}.${own}`);
      return values === null ? [] : [{ path: [path], shape, values }];
    });
    const has = (path: string) => weights.some((weight) => weight.path[0] === path);
    const settings = {
      units,
      reset_mode: config.resetMode,
      gate_activation: config.gateActivation,
      candidate_activation: config.candidateActivation,
      clip: config.clip,
      zoneout: config.zoneout,
      use_bias: has('bias'),
      recurrent_bias: has('recurrent_bias'),
      layer_normalization: has('gain'),
      learned_state: has('initial_state'),
      has_lengths: lengths !== null,
      has_state: state.length > 0,
      reverse,
    };
    const read = [below, ...(lengths === null ? [] : [lengths]), ...state];
    return maker.layer('GruRecurrence', label, settings, read, { weights });
  });
  const [only = ''] = sides;
  return sides.length === 1 ? only : maker.layer('Concatenate', `gru_${index}`, { axis: -1 }, sides);
}

/** Stock layers where all steps count; otherwise the layer that knows lengths. */
function readout(maker: GraphMaker, source: ExportSource, x: string, lengths: string | null): string {
  const { model } = source;
  const layer = model.layers.at(-1);
  if (model.readout === 'every' || layer === undefined) return x;
  if (model.readout === 'last' && !layer.config.residual && isStock(layer, lengths !== null)) return x;
  if (lengths === null && model.readout === 'mean')
    return maker.layer('GlobalAveragePooling1D', 'readout', {}, [x]);
  if (lengths === null && model.readout === 'max')
    return maker.layer('GlobalMaxPooling1D', 'readout', {}, [x]);
  const size = model.attentionSize;
  const settings = {
    mode: model.readout,
    units: layer.units,
    backward: layer.directions.length > 1,
    attention_size: size,
  };
  const weights =
    model.readout === 'attention'
      ? [
          { path: ['kernel'], shape: [layer.width, size], values: weightOf(source, 'attention.kernel') },
          { path: ['bias'], shape: [size], values: weightOf(source, 'attention.bias') },
          { path: ['vector'], shape: [size, 1], values: weightOf(source, 'attention.vector') },
        ]
      : [];
  return maker.layer('GruReadout', 'readout', settings, lengths === null ? [x] : [x, lengths], { weights });
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setFloat32(4 * index, value, true);
  });
  return bytes;
}
