import { z } from 'zod';
import { WorkbenchError } from '../base/errors.ts';
import { readArchive } from './archive.ts';
import {
  kerasActivation,
  type KerasGru,
  kerasLayer,
  modelConfigSchema,
  readsStates,
} from './keras-config.ts';
import {
  cannotImport,
  damaged,
  type ImportedDense,
  type ImportedDirection,
  type ImportedEmbedding,
  type ImportedGru,
  type ImportedNetwork,
} from './network.ts';

const format = 'Keras';

/** An HDF5 file read by the platform. Paths are joined by "/"; a path that is not there gives null or nothing. */
export interface Hdf5File {
  text(path: string, attribute: string): string | null;
  /** Names of the members of a group. */
  names(path: string): readonly string[];
  array(path: string): { readonly shape: readonly number[]; readonly values: Float32Array } | null;
}

/** Reads the bytes of an HDF5 file; throws anything when they are none. */
export type OpenHdf5 = (bytes: Uint8Array) => Promise<Hdf5File>;

/** A `.keras` file of Keras 3. Throws `import/damaged`, `import/unsupported`. */
export async function importKeras(
  bytes: Uint8Array,
  where: string,
  open: OpenHdf5,
): Promise<ImportedNetwork> {
  const entries = readArchive(
    bytes,
    (name) => name === 'config.json' || name === 'metadata.json' || name === 'model.weights.h5',
    format,
    where,
  );
  const config = entries.get('config.json');
  const weights = entries.get('model.weights.h5');
  if (config === undefined) throw damaged(format, where, 'it holds no config.json');
  if (weights === undefined) throw cannotImport(format, where, 'its weights are not in model.weights.h5');
  return withFile(weights, where, open, (file) => {
    const layers = describe(new TextDecoder().decode(config), where);
    return build(layers, 3, where, keras3Weights(file, layers));
  });
}

/**
 * A `.h5` file: a whole model of Keras 2 (or of Keras 3's legacy format), or the weights alone of a Keras 3 model.
 * Throws `import/damaged`, `import/unsupported`.
 */
export async function importKerasH5(
  bytes: Uint8Array,
  where: string,
  open: OpenHdf5,
): Promise<ImportedNetwork> {
  return withFile(bytes, where, open, (file) => {
    const config = file.text('', 'model_config');
    if (config !== null) {
      const version = Number.parseInt(
        file.text('', 'keras_version') ?? file.text('model_weights', 'keras_version') ?? '2',
        10,
      );
      const layers = describe(config, where);
      return build(layers, version, where, legacyWeights(file, layers));
    }
    throw cannotImport(format, where, 'it holds weights without the model; import the .keras file instead');
  });
}

async function withFile(
  bytes: Uint8Array,
  where: string,
  open: OpenHdf5,
  read: (file: Hdf5File) => ImportedNetwork,
): Promise<ImportedNetwork> {
  let file: Hdf5File;
  try {
    file = await open(bytes);
  } catch (cause) {
    throw damaged(format, where, 'its weights are no HDF5 file', cause);
  }
  try {
    return read(file);
  } catch (error) {
    if (error instanceof WorkbenchError) throw error;
    const reason =
      error instanceof z.ZodError ? z.prettifyError(error).slice(0, 200) : 'a part cannot be read';
    throw damaged(format, where, reason, error);
  }
}

type Layers = z.infer<typeof modelConfigSchema>['config']['layers'];

function describe(text: string, where: string): Layers {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(format, where, 'its configuration is not JSON', cause);
  }
  return modelConfigSchema.parse(value).config.layers;
}

type Array = { readonly shape: readonly number[]; readonly values: Float32Array };
/** The weights of layer `index`: `side` is "" or the direction of a bidirectional layer. */
type Weights = (
  index: number,
  side: '' | 'forward' | 'backward',
  name: 'kernel' | 'recurrent' | 'bias',
) => Array | null;

const order = { kernel: 0, recurrent: 1, bias: 2 } as const;

/** Keras 3 names the groups of its layers by class, counting: gru, gru_1, dense, ... */
function keras3Weights(file: Hdf5File, layers: Layers): Weights {
  const counts = new Map<string, number>();
  const groups = layers.map(({ class_name }) => {
    const snake = snakeCase(class_name);
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    return count === 0 ? snake : `${snake}_${count}`;
  });
  return (index, side, name) => {
    const base = `layers/${groups[index]}`;
    const cell = side === '' ? base : `${base}/${side}_layer`;
    const place = order[name];
    return (
      file.array(`${cell}/cell/vars/${place}`) ??
      file.array(`${cell}/vars/${name === 'bias' ? 1 : place}`) ??
      file.array(`${base}/layer/vars/${name === 'bias' ? 1 : place}`)
    );
  };
}

/** `to_snake_case` of Keras: GRU is gru, GlobalMaxPooling1D is global_max_pooling1d. */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

const legacyNames = {
  kernel: /^(kernel|embeddings)(:0)?$/,
  recurrent: /^recurrent_kernel(:0)?$/,
  bias: /^bias(:0)?$/,
};

/** Keras 2 keeps model_weights/<layer>/<layer>/gru_cell/kernel:0: the datasets of a layer are told by their names. */
function legacyWeights(file: Hdf5File, layers: Layers): Weights {
  const find = (path: string, pattern: RegExp, side: string, depth: number): Array | null => {
    if (depth > 6) return null;
    for (const name of file.names(path)) {
      const inside = `${path}/${name}`;
      const wrongSide = side !== '' && new RegExp(side === 'forward' ? 'backward' : 'forward').test(name);
      if (wrongSide) continue;
      const found = pattern.test(name) ? file.array(inside) : find(inside, pattern, side, depth + 1);
      if (found !== null) return found;
    }
    return null;
  };
  return (index, side, name) => {
    const layer = layers[index];
    const group = layer?.config.name ?? layer?.name ?? '';
    return find(`model_weights/${group}`, legacyNames[name], side, 0);
  };
}

function build(layers: Layers, version: number, where: string, weights: Weights): ImportedNetwork {
  const refuse = (what: string) => cannotImport(format, where, what);
  const embeddings: ImportedEmbedding[] = [];
  const grus: ImportedGru[] = [];
  const dense: ImportedDense[] = [];
  const notes: string[] = [];
  let readout: ImportedNetwork['readout'] = 'every';
  const activationOf = (name: string, at: string) => {
    const activation = kerasActivation(name, version);
    if (activation === null) throw refuse(`the layer "${at}" has the activation ${name}`);
    return activation;
  };
  layers.forEach((layer, index) => {
    const name = layer.config.name ?? layer.name ?? `layer ${index}`;
    const described = kerasLayer(layer);
    switch (described.kind) {
      case 'skip':
        return;
      case 'embedding': {
        const table = weights(index, '', 'kernel');
        if (table?.values.length !== described.entries * described.width)
          throw damaged(format, where, `the table of "${name}" is missing`);
        embeddings.push({ name, entries: described.entries, width: described.width, table: table.values });
        return;
      }
      case 'gru': {
        if (dense.length > 0) throw refuse(`the GRU "${name}" comes after a dense layer`);
        if (readsStates(layer)) throw refuse(`the GRU "${name}" starts from states that are an input`);
        if (readout !== 'every') throw refuse(`the GRU "${name}" reads a layer that returns no sequence`);
        grus.push(
          gruLayer(name, described.gru, described.bidirectional, index, weights, activationOf, where),
        );
        readout = described.gru.return_sequences ? 'every' : 'last';
        return;
      }
      case 'pool':
        if (readout !== 'every' || dense.length > 0)
          throw refuse(`"${name}" pools something that is no sequence`);
        readout = described.readout;
        return;
      case 'dense':
        if (grus.length === 0) throw refuse(`the dense layer "${name}" comes before the GRU`);
        dense.push(denseLayer(name, described, index, weights, notes, activationOf, where));
        return;
      case 'activation': {
        const last = dense.at(-1);
        if (last === undefined || last.activation !== 'linear')
          throw refuse(`the activation "${name}" follows no linear layer`);
        if (described.activation === 'softmax') notes.push(softmaxNote);
        else dense[dense.length - 1] = { ...last, activation: activationOf(described.activation, name) };
        return;
      }
      case 'unknown':
        throw refuse(`the layer "${name}" (${layer.class_name})`);
    }
  });
  if (grus.length === 0) throw refuse('it has no GRU layer');
  return {
    format: `Keras ${version}`,
    embeddings,
    layers: grus,
    readout,
    attention: null,
    dense,
    metadata: {},
    notes,
  };
}

const softmaxNote = 'The softmax at the end is left to the loss and to the prediction.';

type ActivationOf = (name: string, at: string) => ImportedGru['gateActivation'];

function gruLayer(
  name: string,
  config: KerasGru,
  bidirectional: boolean,
  index: number,
  weights: Weights,
  activationOf: ActivationOf,
  where: string,
): ImportedGru {
  const { units } = config;
  if (config.go_backwards) throw cannotImport(format, where, `the GRU "${name}" reads backward only`);
  const sides = bidirectional ? (['forward', 'backward'] as const) : ([''] as const);
  const directions = sides.map((side): ImportedDirection => {
    const kernel = weights(index, side, 'kernel');
    const recurrent = weights(index, side, 'recurrent');
    const bias = config.use_bias ? weights(index, side, 'bias') : null;
    const biasLength = config.reset_after ? 6 * units : 3 * units;
    if (
      kernel === null ||
      recurrent?.values.length !== 3 * units * units ||
      kernel.values.length % (3 * units) !== 0 ||
      (config.use_bias && bias?.values.length !== biasLength)
    ) {
      throw damaged(format, where, `the weights of "${name}" are missing or have the wrong shape`);
    }
    return {
      kernel: kernel.values,
      recurrent: recurrent.values,
      bias: bias?.values.slice(0, 3 * units) ?? null,
      recurrentBias: config.reset_after ? (bias?.values.slice(3 * units) ?? null) : null,
      gain: null,
      initialState: null,
    };
  });
  const inputs = (directions[0]?.kernel.length ?? 0) / (3 * units);
  if (directions.some(({ kernel }) => kernel.length !== 3 * units * inputs)) {
    throw damaged(format, where, `the directions of "${name}" differ in size`);
  }
  return {
    name,
    units,
    inputs,
    resetMode: config.reset_after ? 'afterRecurrentBias' : 'before',
    gateActivation: activationOf(config.recurrent_activation, name),
    candidateActivation: activationOf(config.activation, name),
    clip: null,
    bias: config.use_bias,
    directions,
  };
}

function denseLayer(
  name: string,
  config: { readonly units: number; readonly activation: string; readonly bias: boolean },
  index: number,
  weights: Weights,
  notes: string[],
  activationOf: ActivationOf,
  where: string,
): ImportedDense {
  const { units } = config;
  const kernel = weights(index, '', 'kernel');
  const bias = config.bias ? weights(index, '', 'bias') : null;
  if (
    kernel === null ||
    kernel.values.length % units !== 0 ||
    (config.bias && bias?.values.length !== units)
  ) {
    throw damaged(format, where, `the weights of "${name}" are missing or have the wrong shape`);
  }
  if (config.activation === 'softmax') notes.push(softmaxNote);
  return {
    name,
    inputs: kernel.values.length / units,
    units,
    activation: config.activation === 'softmax' ? 'linear' : activationOf(config.activation, name),
    kernel: kernel.values,
    bias: bias?.values ?? new Float32Array(units),
  };
}
