import { cannotImport, type ImportedNetwork } from '../network.ts';
import { ownDense, writtenExperiment } from '../own.ts';
import { gruOfNode } from './gru.ts';
import type { Constant, GraphFile } from './read.ts';

const format = 'ONNX';

/**
 * A file that this program wrote: its weights carry the names of our own (`gru.0.W`, `output.kernel`), and its metadata
 * the experiment. Weights come back in the bits they went out in.
 * Throws `import/unsupported` for layers that were written as a loop, and for reduced precision.
 */
export function importOwn(file: GraphFile, where: string): ImportedNetwork {
  const refuse = (what: string) => cannotImport(format, where, what);
  const { constants, metadata } = file;
  const { model } = writtenExperiment(metadata.experiment ?? '', format, where);
  if (metadata.weights !== undefined && metadata.weights !== 'float32') {
    throw refuse(
      `its weights were reduced to ${metadata.weights}; export with weights=float32 to import again`,
    );
  }
  const get = (name: string): Constant => {
    const found = constants.get(name);
    if (found === undefined) throw refuse(`the weight "${name}" is missing`);
    return found;
  };
  const layers = model.layers.map((config, index) => {
    const name = `gru.${index}`;
    const node = file.nodes.find(({ type, inputs }) => type === 'GRU' && inputs[1] === `${name}.W`);
    if (node === undefined) throw refuse(`layer ${index} was written as a loop, whose biases are merged`);
    const bias = constants.get(`${name}.B`) ?? null;
    const layer = gruOfNode(
      node,
      { kernel: get(`${name}.W`), recurrent: get(`${name}.R`), bias },
      null,
      refuse,
    );
    const learned = constants.get(`${name}.initialState`);
    const directions = layer.directions.map((direction, side) => ({
      ...direction,
      initialState: learned?.values.slice(side * layer.units, (side + 1) * layer.units) ?? null,
    }));
    return { ...layer, name, resetMode: config.resetMode, directions };
  });
  const dense = ownDense({ model }, (name) => {
    const { dims, values } = get(`${name}.kernel`);
    return { kernel: { shape: dims, values }, bias: get(`${name}.bias`).values };
  });
  const embeddings = [...constants]
    .filter(([name]) => name.startsWith('embedding.'))
    .map(([name, { dims, values }]) => ({ name, entries: dims[0] ?? 0, width: dims[1] ?? 0, table: values }));
  const attention =
    model.readout === 'attention'
      ? {
          size: model.attentionSize,
          kernel: get('attention.kernel').values,
          bias: get('attention.bias').values,
          vector: get('attention.vector').values,
        }
      : null;
  return { format, embeddings, layers, readout: model.readout, attention, dense, metadata, notes: [] };
}
