import { strToU8, zipSync } from 'fflate';
import type { Hdf5Group, Hdf5Writer } from '../hdf5.ts';
import { type ExportSource, textMetadata } from '../source.ts';
import { type LayerGraph, type LayerNode, layersInOrder } from './graph.ts';
import { kerasGraph } from './layers.ts';

/** The Keras whose files are written. */
const kerasVersion = '3.15.1';

/**
 * A `.keras` file: a zip of metadata.json, config.json (a functional model of stock layers) and model.weights.h5, stored
 * uncompressed. Opened by `keras.saving.load_model` without any code of ours.
 * Throws `export/unsupported`.
 */
export async function exportKeras(
  source: ExportSource,
  lengths: boolean,
  hdf5: Hdf5Writer,
): Promise<Uint8Array> {
  const graph = kerasGraph(source, lengths);
  const metadata = {
    keras_version: kerasVersion,
    date_saved: source.record?.created ?? '',
    // Keras reads the two above; these are for this program, when the file comes back.
    gru_workbench: textMetadata(source, 'keras'),
  };
  return zipSync(
    {
      'metadata.json': strToU8(JSON.stringify(metadata)),
      'config.json': strToU8(JSON.stringify(kerasConfig(graph))),
      'model.weights.h5': await hdf5.write(kerasWeights(graph)),
    },
    { level: 0, mtime: new Date(Date.UTC(1980, 0, 2)) },
  );
}

/** The weights alone, for `model.load_weights("NAME.weights.h5")` on a model of the same layers. */
export async function exportKerasWeights(
  source: ExportSource,
  lengths: boolean,
  hdf5: Hdf5Writer,
): Promise<Uint8Array> {
  return hdf5.write(kerasWeights(kerasGraph(source, lengths)));
}

/** The model as Keras serializes a functional one. */
export function kerasConfig(graph: LayerGraph) {
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: 'gru_model',
      trainable: true,
      layers: layersInOrder(graph).map((node) => layerConfig(graph, node)),
      input_layers:
        graph.inputs.length === 1 ? [graph.inputs[0], 0, 0] : graph.inputs.map((name) => [name, 0, 0]),
      output_layers: [graph.output, 0, 0],
    },
    registered_name: 'Functional',
  };
}

function layerConfig(graph: LayerGraph, { name, className, config, inputs, keywords }: LayerNode) {
  const tensor = (source: string) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null], dtype: dtypeOf(graph, source), keras_history: [source, 0, 0] },
  });
  const tensors = (sources: string | readonly string[]) =>
    typeof sources === 'string' ? tensor(sources) : sources.map(tensor);
  const joined = ['Add', 'Concatenate', 'Dot'].includes(className);
  const call = {
    args: joined ? [inputs.map(tensor)] : inputs.map(tensor),
    kwargs: Object.fromEntries(Object.entries(keywords).map(([key, sources]) => [key, tensors(sources)])),
  };
  return {
    module: 'keras.layers',
    class_name: className,
    config: { name, ...config },
    registered_name: null,
    name,
    inbound_nodes: className === 'InputLayer' ? [] : [call],
  };
}

function dtypeOf(graph: LayerGraph, source: string): unknown {
  return graph.nodes.get(source)?.config.dtype ?? 'float32';
}

/**
 * Groups `layers/CLASS[_N]/...`: by class in snake case, numbered in the order of the layers, with one group for each
 * layer that has variables.
 */
export function kerasWeights(graph: LayerGraph): Hdf5Group {
  const counts = new Map<string, number>();
  const layers = new Map<string, Hdf5Group>();
  for (const { className, weights } of layersInOrder(graph)) {
    const name = snakeCase(className);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    if (weights.length === 0) continue;
    layers.set(
      count === 0 ? name : `${name}_${count}`,
      nested(weights.map(({ path, ...dataset }) => ({ path, dataset }))),
    );
  }
  return { groups: new Map([['layers', { groups: layers }]]) };
}

interface Placed {
  readonly path: readonly string[];
  readonly dataset: { readonly shape: readonly number[]; readonly values: Float32Array };
}

function nested(placed: readonly Placed[]): Hdf5Group {
  const below = new Map<string, Placed[]>();
  const datasets = new Map<string, Placed['dataset']>();
  for (const { path, dataset } of placed) {
    const [head = '', ...rest] = path;
    if (rest.length === 0) datasets.set(head, dataset);
    else below.set(head, [...(below.get(head) ?? []), { path: rest, dataset }]);
  }
  return { groups: new Map([...below].map(([name, inside]) => [name, nested(inside)])), datasets };
}

/** keras.src.utils.naming.to_snake_case */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
