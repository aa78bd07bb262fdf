import { swapGates, transpose } from '../export/layout.ts';
import type { Tensor } from '../export/safetensors.ts';
import {
  cannotImport,
  type ImportedAttention,
  type ImportedDense,
  type ImportedDirection,
  type ImportedEmbedding,
  type ImportedGru,
  type ImportedNetwork,
} from './network.ts';

/**
 * A network from PyTorch's names: `nn.GRU` keeps `weight_ih_l0` [3H,I] and its fellows with gates r,z,n in rows,
 * `nn.Linear` `weight` [out,in], `nn.Embedding` `weight` [entries,width]. Names of the modules are free: what a module
 * is follows from its tensors. Several `nn.GRU` follow one another in the order of the file.
 * Throws `import/unsupported`, naming the tensor, for anything else.
 */
export function networkOfStateDict(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
  format: string,
  where: string,
): ImportedNetwork {
  const modules = groupByModule(tensors);
  const refuse = (what: string) => cannotImport(format, where, what);
  const embeddings: ImportedEmbedding[] = [];
  const dense: ImportedDense[] = [];
  const layers: ImportedGru[] = [];
  let attention: ImportedAttention | null = null;
  const grus = [...modules].filter(([, parts]) => parts.has('weight_hh_l0'));
  if (grus.length === 0) throw refuse('it has no GRU (a tensor named weight_hh_l0)');
  for (const [name, parts] of grus) layers.push(...gruLayers(name, parts, refuse));
  addInitialStates(modules.get('')?.get('initial_state'), layers, layers, refuse);
  layers.forEach((layer, index) => {
    addInitialStates(modules.get('')?.get(`initial_state_${index}`), [layer], layers, refuse);
  });

  const vector = modules.get('')?.get('attention_vector');
  const read = new Set(grus.map(([name]) => name));
  for (const [name, parts] of modules) {
    if (read.has(name)) continue;
    const weight = parts.get('weight');
    const bias = parts.get('bias');
    if (name === '' && weight === undefined) {
      const unknown = [...parts.keys()].find(
        (part) => !/^(initial_state(_\d+)?|attention_vector)$/.test(part),
      );
      if (unknown !== undefined) throw refuse(`the tensor "${unknown}" belongs to no layer that is known`);
      continue;
    }
    if (weight?.shape.length !== 2) {
      throw refuse(`the module "${name}" is neither a GRU nor a linear layer nor an embedding`);
    }
    const [rows = 0, columns = 0] = weight.shape;
    const values = floats(weight);
    const isEmbedding =
      bias === undefined && (/emb/i.test(name) || isBefore(modules, name, grus[0]?.[0] ?? ''));
    if (isEmbedding) embeddings.push({ name, entries: rows, width: columns, table: values });
    else {
      const layer = {
        name,
        inputs: columns,
        units: rows,
        activation: null,
        kernel: transpose(values, rows, columns),
        bias: bias === undefined ? new Float32Array(rows) : floats(bias),
      };
      if (name === 'attention' && vector !== undefined) {
        attention = { size: rows, kernel: layer.kernel, bias: layer.bias, vector: floats(vector) };
      } else dense.push(layer);
    }
  }
  return {
    format,
    embeddings: embeddings.sort((a, b) => byNumber(a.name, b.name)),
    layers,
    readout: attention === null ? null : 'attention',
    attention,
    dense: chain(dense, layers.at(-1), refuse),
    metadata,
    notes: [],
  };
}

/** Tensors by the module they belong to, without what wrappers put in front (`module.`, `state_dict.`). */
function groupByModule(tensors: ReadonlyMap<string, Tensor>): Map<string, Map<string, Tensor>> {
  const names = [...tensors.keys()].filter(
    (name) => !/(^|\.)(optimizer|optim|scheduler|ema)\w*\./.test(name),
  );
  const prefix = commonPrefix(names);
  const modules = new Map<string, Map<string, Tensor>>();
  for (const name of names) {
    const short = name.slice(prefix.length);
    const dot = short.lastIndexOf('.');
    const module = dot < 0 ? '' : short.slice(0, dot);
    const parts = modules.get(module) ?? new Map<string, Tensor>();
    parts.set(short.slice(dot + 1), tensors.get(name) as Tensor);
    modules.set(module, parts);
  }
  return modules;
}

const wrappers = ['module.', 'model.', 'state_dict.', 'model_state_dict.', 'net.', '_orig_mod.'];

function commonPrefix(names: readonly string[]): string {
  let prefix = '';
  for (;;) {
    const wrapper = wrappers.find(
      (word) => names.length > 0 && names.every((name) => name.startsWith(prefix + word)),
    );
    if (wrapper === undefined) return prefix;
    prefix += wrapper;
  }
}

function isBefore(modules: ReadonlyMap<string, unknown>, name: string, other: string): boolean {
  const order = [...modules.keys()];
  return order.indexOf(name) < order.indexOf(other);
}

type Refuse = (what: string) => Error;

/** All layers of one `nn.GRU`. */
function gruLayers(name: string, parts: ReadonlyMap<string, Tensor>, refuse: Refuse): ImportedGru[] {
  const layers: ImportedGru[] = [];
  const known = /^((weight|bias)_(ih|hh)|gain)_l\d+(_reverse)?$/;
  const unknown = [...parts.keys()].find((part) => !known.test(part));
  if (unknown !== undefined) throw refuse(`"${name}.${unknown}" is no part of a GRU`);
  for (let index = 0; parts.has(`weight_hh_l${index}`); index++) {
    const bidirectional = parts.has(`weight_hh_l${index}_reverse`);
    const directions = (bidirectional ? ['', '_reverse'] : ['']).map((end) =>
      gruDirection(name, parts, `l${index}${end}`, refuse),
    );
    const [first] = directions;
    const units = first?.units ?? 0;
    const inputs = first?.inputs ?? 0;
    if (directions.some((direction) => direction.units !== units || direction.inputs !== inputs)) {
      throw refuse(`the two directions of "${name}" differ in size`);
    }
    layers.push({
      name: `${name === '' ? 'gru' : name}.${index}`,
      units,
      inputs,
      resetMode: 'afterRecurrentBias',
      gateActivation: 'sigmoid',
      candidateActivation: 'tanh',
      clip: null,
      bias: first?.weights.bias !== null,
      directions: directions.map(({ weights }) => weights),
    });
  }
  return layers;
}

function gruDirection(name: string, parts: ReadonlyMap<string, Tensor>, end: string, refuse: Refuse) {
  const kernel = parts.get(`weight_ih_${end}`);
  const recurrent = parts.get(`weight_hh_${end}`);
  if (kernel === undefined || recurrent === undefined) throw refuse(`"${name}" lacks a weight of ${end}`);
  const [rows = 0, inputs = 0] = kernel.shape;
  const units = recurrent.shape[1] ?? 0;
  if (recurrent.shape[0] === 4 * units && units > 0) throw refuse(`"${name}" is an LSTM`);
  if (rows !== 3 * units || recurrent.shape[0] !== 3 * units || kernel.shape.length !== 2) {
    throw refuse(`the weights of "${name}" have not the shape of a GRU`);
  }
  const bias = (half: string): Float32Array | null => {
    const tensor = parts.get(`bias_${half}_${end}`);
    if (tensor === undefined) return null;
    if (tensor.shape[0] !== 3 * units) throw refuse(`a bias of "${name}" has the wrong length`);
    return swapGates(floats(tensor));
  };
  const weights: ImportedDirection = {
    kernel: gateColumns(kernel, units, inputs),
    recurrent: gateColumns(recurrent, units, units),
    bias: bias('ih'),
    recurrentBias: bias('hh'),
    gain: gainOf(name, parts.get(`gain_${end}`), units, refuse),
    initialState: null,
  };
  return { units, inputs, weights };
}

/** Gains of layer normalization, which this program's own PyTorch modules have: r,z,n of the input, then of the state. */
function gainOf(
  name: string,
  tensor: Tensor | undefined,
  units: number,
  refuse: Refuse,
): Float32Array | null {
  if (tensor === undefined) return null;
  const values = floats(tensor);
  if (values.length !== 6 * units) throw refuse(`the gains of "${name}" have the wrong length`);
  const gain = new Float32Array(6 * units);
  gain.set(swapGates(values.subarray(0, 3 * units)));
  gain.set(swapGates(values.subarray(3 * units)), 3 * units);
  return gain;
}

/** Rows r,z,n [3H,C] to columns z,r,n [C,3H]. */
function gateColumns(tensor: Tensor, units: number, columns: number): Float32Array {
  return transpose(swapGates(floats(tensor)), 3 * units, columns);
}

/** Learned initial states [directions of all these layers, units], as this program's module keeps them. */
function addInitialStates(
  tensor: Tensor | undefined,
  targets: readonly ImportedGru[],
  layers: ImportedGru[],
  refuse: Refuse,
): void {
  if (tensor === undefined) return;
  const values = floats(tensor);
  let row = 0;
  for (const target of targets) {
    const directions = target.directions.map((direction) => {
      const state = values.slice(row * target.units, (row + 1) * target.units);
      row += 1;
      return { ...direction, initialState: state };
    });
    const index = layers.indexOf(target);
    layers[index] = { ...target, directions };
  }
  if (values.length !== row * (targets[0]?.units ?? 0))
    throw refuse('the initial states do not fit the layers');
}

/** Linear layers in the order in which their sizes fit, starting from the width of the last GRU layer. */
function chain(
  layers: readonly ImportedDense[],
  last: ImportedGru | undefined,
  refuse: Refuse,
): ImportedDense[] {
  let width = (last?.units ?? 0) * (last?.directions.length ?? 1);
  for (const layer of layers) {
    if (layer.inputs !== width) {
      throw refuse(`the linear layer "${layer.name}" reads ${layer.inputs} values where ${width} come`);
    }
    width = layer.units;
  }
  return [...layers];
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

export function floats({ values }: Tensor): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
