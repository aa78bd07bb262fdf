import type { LayerDescription } from '../../model/description.ts';
import type { Activation } from '../../ops/activation.ts';
import { concatenate } from '../layout.ts';
import { type ExportSource, optionalWeight, unsupported, weightOf } from '../source.ts';
import { GraphMaker, type LayerGraph, type LayerWeight } from './graph.ts';

/**
 * Activations by their names in Keras 3; null where it has none of that kind: its leaky_relu has the slope 0.2, its
 * hard_sigmoid is x / 6 + 0.5.
 */
const kerasActivations: Readonly<Record<Activation, string | null>> = {
  linear: 'linear',
  sigmoid: 'sigmoid',
  hardSigmoid: 'hard_sigmoid',
  hardSigmoidOnnx: null,
  tanh: 'tanh',
  relu: 'relu',
  leakyRelu: null,
  elu: 'elu',
  selu: 'selu',
  gelu: 'gelu',
  softplus: 'softplus',
  softsign: 'softsign',
  swish: 'silu',
};

/** Throws `export/unsupported`, naming the key, where a stock Keras GRU computes something else. */
export function requireKerasGru(source: Pick<ExportSource, 'model'>): void {
  source.model.layers.forEach(({ config }, index) => {
    const refuse = (key: string, what: string) => unsupported('Keras', `model.layers.${index}.${key}`, what);
    for (const key of ['gateActivation', 'candidateActivation'] as const) {
      if (kerasActivations[config[key]] === null)
        throw refuse(key, `the activation "${config[key]}" in a cell`);
    }
    if (config.clip !== null) throw refuse('clip', 'a limit on the pre-activations of the gates');
    if (config.layerNormalization) throw refuse('layerNormalization', 'layer normalization inside a cell');
    if (config.zoneout > 0) throw refuse('zoneout', 'zoneout');
  });
}

/**
 * The model as stock Keras 3 layers. Inputs: `features` [batch, steps, F], one `tokens_NAME` [batch, steps] for each
 * embedding, one `initial_state_K_DIRECTION` [batch, units] for each given state, and with `lengths` a boolean `mask`
 * [batch, steps], true where a step is one of the sequence's own.
 * Throws `export/unsupported`.
 */
export function kerasGraph(source: ExportSource, lengths: boolean): LayerGraph {
  requireKerasGru(source);
  const { model } = source;
  const maker = new GraphMaker();
  const parts: string[] = [];
  const { features } = model.inputs;
  if (features.length > 0) parts.push(maker.input('features', [null, null, features.length], 'float32'));
  for (const [index, { name, entries, width }] of model.embeddings.entries()) {
    const tokens = maker.input(`tokens_${index}`, [null, null], 'int32');
    parts.push(
      maker.layer('Embedding', `embedding_${index}`, { input_dim: entries, output_dim: width }, [tokens], {
        weights: [{ path: ['vars', '0'], shape: [entries, width], values: weightOf(source, name) }],
      }),
    );
  }
  const mask = lengths ? maker.input('mask', [null, null], 'bool') : null;
  const keywords = mask === null ? {} : { mask };
  const [first = ''] = parts;
  let x = parts.length === 1 ? first : maker.layer('Concatenate', 'input', { axis: -1 }, parts);
  const bottom = x;
  model.layers.forEach((layer, index) => {
    const isLast = index === model.layers.length - 1;
    const sequences = !isLast || model.readout !== 'last' || layer.config.residual;
    const below = x;
    const initial = initialStates(maker, source, layer, index, bottom);
    x = gru(maker, source, layer, index, below, sequences, {
      ...keywords,
      ...(initial === null ? {} : { initial_state: initial }),
    });
    if (layer.config.residual) x = maker.layer('Add', `residual_${index}`, {}, [below, x]);
  });
  x = readout(maker, source, x, mask);
  [...model.head, model.output].forEach(({ name, inputs, units, activation }, index) => {
    const label = index === model.head.length ? 'output' : `head_${index}`;
    const stock = kerasActivations[activation];
    const weights = [
      { path: ['vars', '0'], shape: [inputs, units], values: weightOf(source, `${name}.kernel`) },
      { path: ['vars', '1'], shape: [units], values: weightOf(source, `${name}.bias`) },
    ];
    x = maker.layer('Dense', label, { units, activation: stock ?? 'linear' }, [x], { weights });
    if (activation === 'leakyRelu') {
      x = maker.layer('LeakyReLU', `${label}_activation`, { negative_slope: 0.01 }, [x]);
    }
    if (activation === 'hardSigmoidOnnx') {
      x = maker.layer('Rescaling', `${label}_scaled`, { scale: 0.2, offset: 0.5 }, [x]);
      x = maker.layer('ReLU', `${label}_activation`, { max_value: 1 }, [x]);
    }
  });
  return maker.graph(x);
}

function gruConfig({ config, units }: LayerDescription, name: string, sequences: boolean, reverse: boolean) {
  return {
    name,
    units,
    activation: kerasActivations[config.candidateActivation],
    recurrent_activation: kerasActivations[config.gateActivation],
    use_bias: config.bias,
    reset_after: config.resetMode !== 'before',
    return_sequences: sequences,
    go_backwards: reverse,
  };
}

/** kernel [I,3H], recurrent_kernel [H,3H], bias [2,3H] (reset after; the second row acts within the candidate) or [3H]. */
function gruWeights(
  source: ExportSource,
  { config, inputs, units }: LayerDescription,
  name: string,
  prefix: readonly string[],
): LayerWeight[] {
  const path = (index: number) => [...prefix, 'cell', 'vars', String(index)];
  const weights: LayerWeight[] = [
    { path: path(0), shape: [inputs, 3 * units], values: weightOf(source, `${name}.kernel`) },
    { path: path(1), shape: [units, 3 * units], values: weightOf(source, `${name}.recurrent`) },
  ];
  if (!config.bias) return weights;
  const bias = weightOf(source, `${name}.bias`);
  if (config.resetMode === 'before') return [...weights, { path: path(2), shape: [3 * units], values: bias }];
  const second = optionalWeight(source, `${name}.recurrentBias`) ?? new Float32Array(3 * units);
  return [...weights, { path: path(2), shape: [2, 3 * units], values: concatenate([bias, second]) }];
}

function gru(
  maker: GraphMaker,
  source: ExportSource,
  layer: LayerDescription,
  index: number,
  input: string,
  sequences: boolean,
  keywords: Readonly<Record<string, string | readonly string[]>>,
): string {
  const name = `gru_${index}`;
  const [forward, backward] = layer.directions;
  if (forward === undefined) return input;
  if (backward === undefined) {
    const { name: _, ...config } = gruConfig(layer, name, sequences, false);
    return maker.layer('GRU', name, config, [input], {
      keywords,
      weights: gruWeights(source, layer, forward.name, []),
    });
  }
  const inner = (label: string, reverse: boolean) => ({
    module: 'keras.layers',
    class_name: 'GRU',
    config: gruConfig(layer, label, sequences, reverse),
    registered_name: null,
  });
  const config = {
    merge_mode: 'concat',
    layer: inner(`forward_${name}`, false),
    backward_layer: inner(`backward_${name}`, true),
  };
  return maker.layer('Bidirectional', name, config, [input], {
    keywords,
    weights: [
      ...gruWeights(source, layer, forward.name, ['forward_layer']),
      ...gruWeights(source, layer, backward.name, ['backward_layer']),
    ],
  });
}

/**
 * Initial states of a layer: inputs of the model where they are given; where they are learned, a dense layer with a
 * kernel of zeros whose bias is the state, since stock layers have no other constant.
 */
function initialStates(
  maker: GraphMaker,
  source: ExportSource,
  { config, directions, units }: LayerDescription,
  index: number,
  bottom: string,
): string | readonly string[] | null {
  const { kind } = config.initialState;
  if (kind === 'zeros') return null;
  const states = directions.map(({ name, reverse }) => {
    const label = `initial_state_${index}_${reverse ? 'backward' : 'forward'}`;
    if (kind === 'given') return maker.input(label, [null, units], 'float32');
    const rows = source.model.inputWidth;
    if (!maker.nodes.has('start')) maker.layer('GlobalMaxPooling1D', 'start', {}, [bottom]);
    return maker.layer(
      'Dense',
      label,
      { units, activation: 'linear', kernel_initializer: 'zeros' },
      ['start'],
      {
        weights: [
          { path: ['vars', '0'], shape: [rows, units], values: new Float32Array(rows * units) },
          { path: ['vars', '1'], shape: [units], values: weightOf(source, `${name}.initialState`) },
        ],
      },
    );
  });
  const [only] = states;
  return states.length === 1 && only !== undefined ? only : states;
}

/** From all states (or, for the last one, what the last GRU gives) to what the head sees. */
function readout(maker: GraphMaker, source: ExportSource, x: string, mask: string | null): string {
  const { model } = source;
  const keywords = mask === null ? {} : { mask };
  const layer = model.layers.at(-1);
  const width = layer?.width ?? 0;
  /** [B,T,1]: 0, and -1e9 at padded steps. */
  const penalty = (): string | null => {
    if (mask === null) return null;
    const scaled = maker.layer('Rescaling', 'padding', { scale: 1e9, offset: -1e9 }, [mask]);
    return maker.layer('Reshape', 'padding_column', { target_shape: [-1, 1] }, [scaled]);
  };
  const penalized = (value: string, name: string): string => {
    const added = penalty();
    return added === null ? value : maker.layer('Add', name, {}, [value, added]);
  };
  switch (model.readout) {
    case 'every':
      return x;
    case 'last':
      return layer?.config.residual ? lastSum(maker, layer, x, keywords) : x;
    case 'mean':
      return maker.layer('GlobalAveragePooling1D', 'readout', {}, [x], { keywords });
    case 'max':
      return maker.layer('GlobalMaxPooling1D', 'readout', {}, [penalized(x, 'unpadded')]);
    case 'attention': {
      const size = model.attentionSize;
      const projected = maker.layer('Dense', 'attention', { units: size, activation: 'tanh' }, [x], {
        weights: [
          { path: ['vars', '0'], shape: [width, size], values: weightOf(source, 'attention.kernel') },
          { path: ['vars', '1'], shape: [size], values: weightOf(source, 'attention.bias') },
        ],
      });
      const scores = maker.layer('Dense', 'attention_scores', { units: 1, use_bias: false }, [projected], {
        weights: [{ path: ['vars', '0'], shape: [size, 1], values: weightOf(source, 'attention.vector') }],
      });
      const weights = maker.layer('Softmax', 'attention_weights', { axis: 1 }, [
        penalized(scores, 'unpadded'),
      ]);
      const sum = maker.layer('Dot', 'attention_sum', { axes: 1 }, [weights, x]);
      return maker.layer('Reshape', 'readout', { target_shape: [width] }, [sum]);
    }
  }
}

/**
 * The last valid step of a sequence of sums, which no stock layer picks: a SimpleRNN that copies its input and keeps
 * nothing ends at that step.
 */
function lastSum(
  maker: GraphMaker,
  { directions, units, width }: LayerDescription,
  x: string,
  keywords: Readonly<Record<string, string>>,
): string {
  const copy = (column: number): Float32Array => {
    const kernel = new Float32Array(width * units);
    for (let unit = 0; unit < units; unit++) kernel[(column + unit) * units + unit] = 1;
    return kernel;
  };
  const config = (reverse: boolean) => ({
    units,
    activation: 'linear',
    use_bias: false,
    return_sequences: false,
    go_backwards: reverse,
  });
  const weights = (column: number, prefix: readonly string[]): LayerWeight[] => [
    { path: [...prefix, 'cell', 'vars', '0'], shape: [width, units], values: copy(column) },
    {
      path: [...prefix, 'cell', 'vars', '1'],
      shape: [units, units],
      values: new Float32Array(units * units),
    },
  ];
  if (directions.length === 1) {
    return maker.layer('SimpleRNN', 'readout', config(false), [x], { keywords, weights: weights(0, []) });
  }
  const inner = (name: string, reverse: boolean) => ({
    module: 'keras.layers',
    class_name: 'SimpleRNN',
    config: { name, ...config(reverse) },
    registered_name: null,
  });
  const both = {
    merge_mode: 'concat',
    layer: inner('forward_readout', false),
    backward_layer: inner('backward_readout', true),
  };
  return maker.layer('Bidirectional', 'readout', both, [x], {
    keywords,
    weights: [...weights(0, ['forward_layer']), ...weights(units, ['backward_layer'])],
  });
}
