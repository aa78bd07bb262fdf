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
import { importOwnKeras } from './keras-own.ts';
import {
  type Hdf5File,
  keras3Groups,
  keras3Weights,
  type Layers,
  legacyWeights,
  type OpenHdf5,
  type Weights,
} from './keras-weights.ts';
import { weightsAlone } from './keras-weights-alone.ts';
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
  const metadata = ownMetadata(entries.get('metadata.json'));
  return withFile(weights, where, open, (file) => {
    const layers = describe(new TextDecoder().decode(config), where);
    if (metadata !== null) return importOwnKeras(file, layers, metadata, where);
    return build(layers, 3, where, keras3Weights(file, keras3Groups(layers)));
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
      const groups = layers.map(({ config, name }) => `model_weights/${config.name ?? name ?? ''}`);
      return build(layers, version, where, legacyWeights(file, groups));
    }
    const { layers, version, weights } = weightsAlone(file, where);
    const network = build(layers, version, where, weights);
    return {
      ...network,
      format: `${network.format} weights`,
      readout: null,
      dense: network.dense.map((layer) => ({ ...layer, activation: null })),
      notes: [
        ...network.notes,
        'The file does not say the activations of its GRU layers; those of Keras are used.',
      ],
    };
  });
}

/** What this program wrote into a file of its own; null for other files. */
function ownMetadata(bytes: Uint8Array | undefined): Readonly<Record<string, string>> | null {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return z.object({ gru_workbench: z.record(z.string(), z.string()) }).parse(parsed).gru_workbench;
  } catch {
    return null;
  }
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

function describe(text: string, where: string): Layers {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(format, where, 'its configuration is not JSON', cause);
  }
  return modelConfigSchema.parse(value).config.layers;
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
