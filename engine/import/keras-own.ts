import { type Hdf5File, keras3Groups, type Layers } from './keras-weights.ts';
import {
  cannotImport,
  type ImportedDirection,
  type ImportedEmbedding,
  type ImportedGru,
  type ImportedNetwork,
} from './network.ts';
import { ownDense, writtenExperiment } from './own.ts';

const format = 'Keras 3';

/**
 * A `.keras` file as this program wrote it, with the experiment in its metadata: layers are found by the names that the
 * exporter gives them, so that attention, residual connections and learned states come back too. Keras drops the
 * metadata when it saves a model itself; such a file is read by what its layers say.
 * Throws `import/damaged`, `import/unsupported`.
 */
export function importOwnKeras(
  file: Hdf5File,
  layers: Layers,
  metadata: Readonly<Record<string, string>>,
  where: string,
): ImportedNetwork {
  const experiment = writtenExperiment(metadata.experiment ?? '', format, where);
  const { model } = experiment;
  const groups = new Map(
    keras3Groups(layers).map((group, index) => [layers[index]?.config.name ?? layers[index]?.name, group]),
  );
  const optional = (layer: string, path: string) => file.array(`layers/${groups.get(layer)}/${path}`);
  const array = (layer: string, path: string) => {
    const found = optional(layer, path);
    if (found === null) throw cannotImport(format, where, `the weights of the layer "${layer}" are missing`);
    return found;
  };
  const direction = (index: number, side: 'forward' | 'backward'): ImportedDirection => {
    const { bidirectional, bias, resetMode } = model.layers[index] ?? {};
    const layer = `gru_${index}`;
    const cell = `${bidirectional === true ? `${side}_layer/` : ''}cell/vars`;
    const recurrent = array(layer, `${cell}/1`);
    const gates = 3 * (recurrent.shape[0] ?? 0);
    const biases = bias === true ? array(layer, `${cell}/2`).values : null;
    return {
      kernel: array(layer, `${cell}/0`).values,
      recurrent: recurrent.values,
      bias: biases?.slice(0, gates) ?? null,
      recurrentBias: resetMode === 'before' ? null : (biases?.slice(gates) ?? null),
      gain: null,
      initialState: optional(`initial_state_${index}_${side}`, 'vars/1')?.values ?? null,
    };
  };
  return {
    format,
    embeddings: layers.flatMap(({ class_name, config: { name = '' } }): ImportedEmbedding[] => {
      if (class_name !== 'Embedding') return [];
      const { shape, values } = array(name, 'vars/0');
      return [{ name, entries: shape[0] ?? 0, width: shape[1] ?? 0, table: values }];
    }),
    layers: model.layers.map((config, index): ImportedGru => {
      const directions = (
        config.bidirectional ? (['forward', 'backward'] as const) : (['forward'] as const)
      ).map((side) => direction(index, side));
      const kernel = directions[0]?.kernel.length ?? 0;
      return {
        name: `gru_${index}`,
        units: config.units,
        inputs: kernel / (3 * config.units),
        resetMode: config.resetMode,
        gateActivation: config.gateActivation,
        candidateActivation: config.candidateActivation,
        clip: config.clip,
        bias: config.bias,
        directions,
      };
    }),
    readout: model.readout,
    attention:
      model.readout === 'attention'
        ? {
            size: model.attentionSize,
            kernel: array('attention', 'vars/0').values,
            bias: array('attention', 'vars/1').values,
            vector: array('attention_scores', 'vars/0').values,
          }
        : null,
    dense: ownDense(experiment, (name) => {
      const layer = name.replace('.', '_');
      return { kernel: array(layer, 'vars/0'), bias: array(layer, 'vars/1').values };
    }),
    metadata,
    notes: [],
  };
}
