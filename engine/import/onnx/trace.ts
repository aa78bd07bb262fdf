import type { Activation } from '../../ops/activation.ts';
import { transpose } from '../../export/layout.ts';
import {
  cannotImport,
  type ImportedDense,
  type ImportedEmbedding,
  type ImportedGru,
  type ImportedNetwork,
} from '../network.ts';
import { axesOf, foldConstant } from './constants.ts';
import { gruOfNode } from './gru.ts';
import type { Constant, GraphFile, GraphNode } from './read.ts';

const format = 'ONNX';

/** What a value of the graph is, as far along the network as it has come. */
type Traced =
  | { readonly kind: 'constant'; readonly constant: Constant }
  /** Sizes, lengths, zeros made for them: nothing that a weight depends on. */
  | { readonly kind: 'aside' }
  | { readonly kind: 'tokens' }
  /** What the first layer reads: features, embeddings, or both. */
  | { readonly kind: 'input' }
  /** All states of the layers so far; `steps` until a read-out took the last. */
  | { readonly kind: 'states'; readonly layers: number }
  /** The states after the last step of the layers so far. */
  | { readonly kind: 'finalStates'; readonly layers: number }
  | { readonly kind: 'pooled'; readonly readout: NonNullable<ImportedNetwork['readout']> }
  /** x W of a dense layer, or with its bias, or after its activation. */
  | { readonly kind: 'dense'; readonly index: number; readonly stage: 'product' | 'sum' | 'activated' };

const elementwise: Readonly<Record<string, Activation>> = {
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Relu: 'relu',
  LeakyRelu: 'leakyRelu',
  Elu: 'elu',
  Selu: 'selu',
  Gelu: 'gelu',
  Softplus: 'softplus',
  Softsign: 'softsign',
};

/** Nodes that move values without changing them. */
const movements = new Set([
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Reshape',
  'Identity',
  'Cast',
  'Flatten',
  'Dropout',
]);
/** Nodes that make sizes or zeros. */
const asides = new Set([
  'Shape',
  'ConstantOfShape',
  'Expand',
  'Range',
  'Size',
  'Less',
  'Greater',
  'Equal',
  'Not',
  'And',
  'Or',
  'NonZero',
  'Tile',
  'Max',
  'Min',
]);

/**
 * A network from a graph of another exporter (torch.onnx, tf2onnx and their like), by following the input through GRU
 * operators, read-out and dense layers. Throws `import/unsupported`, naming the node, at anything else.
 */
export function traceGraph(file: GraphFile, where: string): ImportedNetwork {
  return new Tracer(file, where).run();
}

class Tracer {
  readonly #file: GraphFile;
  readonly #where: string;
  readonly #values = new Map<string, Traced>();
  readonly #layers: ImportedGru[] = [];
  readonly #embeddings: ImportedEmbedding[] = [];
  readonly #dense: ImportedDense[] = [];
  readonly #notes: string[] = [];
  #readout: ImportedNetwork['readout'] = null;

  constructor(file: GraphFile, where: string) {
    this.#file = file;
    this.#where = where;
  }

  run(): ImportedNetwork {
    const { inputs, constants, nodes, outputs, metadata } = this.#file;
    for (const [name, constant] of constants) this.#values.set(name, { kind: 'constant', constant });
    inputs.forEach(({ name, whole }) => {
      const aside = /len|mask|state|hidden|^h_?0$|init/i.test(name);
      this.#values.set(name, { kind: aside ? 'aside' : whole ? 'tokens' : 'input' });
    });
    for (const node of nodes) {
      const results = this.#follow(node);
      node.outputs.forEach((name, index) => {
        this.#values.set(name, results[index] ?? { kind: 'aside' });
      });
    }
    if (this.#layers.length === 0) throw this.#refuse('it has no GRU operator');
    const last = outputs.map((name) => this.#values.get(name)).find((value) => value?.kind === 'dense');
    if (last?.kind !== 'dense' || last.index !== this.#dense.length - 1) {
      throw this.#refuse('its output is not a dense layer after the GRU');
    }
    return {
      format,
      embeddings: this.#embeddings,
      layers: this.#layers,
      readout: this.#readout ?? 'every',
      attention: null,
      dense: this.#dense,
      metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'experiment')),
      notes: this.#notes,
    };
  }

  #follow(node: GraphNode): Traced[] {
    const inputs = node.inputs.map((name) => this.#value(name));
    const constants = inputs.map((value) => (value.kind === 'constant' ? value.constant : null));
    const folded = foldConstant(node, constants);
    if (folded !== null) return [{ kind: 'constant', constant: folded }];
    const main = inputs.find(({ kind }) => kind !== 'constant' && kind !== 'aside');
    if (node.type === 'GRU') return this.#gru(node, inputs);
    if (main === undefined) return node.outputs.map(() => ({ kind: 'aside' }));
    if (asides.has(node.type)) return [{ kind: 'aside' }];
    if (movements.has(node.type)) return [main];
    switch (node.type) {
      case 'Gather':
        return [this.#gather(node, inputs)];
      case 'Slice':
        return [this.#slice(node, main, constants)];
      case 'Split':
        return node.outputs.map(() => main);
      case 'Concat':
        return [this.#concatenate(inputs)];
      case 'ReduceMean':
      case 'ReduceMax':
        return [this.#pool(node.type === 'ReduceMean' ? 'mean' : 'max', node, main)];
      case 'MatMul':
      case 'Gemm':
        return [this.#product(node, main, constants)];
      case 'Add':
        return [this.#bias(node, main, constants)];
      case 'Softmax':
      case 'LogSoftmax':
        return [this.#softmax(node, main)];
      default:
        return [this.#activate(node, main)];
    }
  }

  #value(name: string): Traced {
    return this.#values.get(name) ?? { kind: 'aside' };
  }

  #gru(node: GraphNode, inputs: readonly Traced[]): Traced[] {
    const [x, kernel, recurrent, bias, , initial] = inputs;
    if (x?.kind === 'states' ? x.layers !== this.#layers.length : x?.kind !== 'input') {
      throw this.#refuse(`the GRU "${node.name}" reads something other than the layer before it`);
    }
    if (kernel?.kind !== 'constant' || recurrent?.kind !== 'constant') {
      throw this.#refuse(`the weights of the GRU "${node.name}" are not constant`);
    }
    const layer = gruOfNode(
      node,
      {
        kernel: kernel.constant,
        recurrent: recurrent.constant,
        bias: bias?.kind === 'constant' ? bias.constant : null,
      },
      initial?.kind === 'constant' ? initial.constant : null,
      (what) => this.#refuse(what),
    );
    this.#layers.push(layer);
    const layers = this.#layers.length;
    return [
      { kind: 'states', layers },
      { kind: 'finalStates', layers },
    ];
  }

  #gather(node: GraphNode, inputs: readonly Traced[]): Traced {
    const [data, indices] = inputs;
    if (data?.kind === 'constant' && indices?.kind === 'tokens') {
      const [entries = 0, width = 0] = data.constant.dims;
      if (data.constant.dims.length !== 2) throw this.#refuse(`the table of "${node.name}" is no matrix`);
      this.#embeddings.push({ name: node.name, entries, width, table: data.constant.values });
      return { kind: 'input' };
    }
    if (data?.kind === 'tokens') return data;
    if (indices?.kind === 'constant' && data !== undefined) {
      const positions = Array.from(indices.constant.values);
      return this.#pick(node, data, positions.length === 1 ? (positions[0] as number) : Number.NaN);
    }
    throw this.#refuse(`the node "${node.name}" (Gather) looks up something unknown`);
  }

  #slice(node: GraphNode, main: Traced, constants: readonly (Constant | null)[]): Traced {
    const list = (index: number, name: string): readonly number[] | undefined =>
      constants[index] === null || constants[index] === undefined
        ? node.attributes.get(name)?.ints
        : Array.from((constants[index] as Constant).values);
    if (main.kind !== 'states' && main.kind !== 'finalStates') return main;
    const start = list(1, 'starts')?.[0] ?? 0;
    const end = list(2, 'ends')?.[0] ?? Number.MAX_SAFE_INTEGER;
    if (start === 0 && end > 1_000_000) return main;
    return this.#pick(node, main, start === -1 && end > 1_000_000 ? -1 : Number.NaN);
  }

  /** One position of the states of all steps, or one layer or direction of the final states. */
  #pick(node: GraphNode, data: Traced, position: number): Traced {
    if (data.kind === 'finalStates') return this.#pooled('last', data);
    if (data.kind !== 'states') return data;
    const bidirectional = this.#layers.at(-1)?.directions.length === 2;
    if (position === -1 && !bidirectional) return this.#pooled('last', data);
    throw this.#refuse(
      position === -1
        ? 'it takes the last output of a bidirectional GRU, where the reversed direction has seen one step only'
        : `the node "${node.name}" (${node.type}) takes single steps out of the sequence`,
    );
  }

  #concatenate(inputs: readonly Traced[]): Traced {
    const parts = inputs.filter(({ kind }) => kind !== 'constant' && kind !== 'aside');
    const [first] = parts;
    if (first === undefined) return { kind: 'aside' };
    if (parts.every(({ kind }) => kind === first.kind)) return first;
    throw this.#refuse('it joins values of different layers');
  }

  #pool(readout: 'mean' | 'max', node: GraphNode, main: Traced): Traced {
    if (main.kind !== 'states') throw this.#refuse(`"${node.name}" (${node.type}) reduces something unknown`);
    if ((axesOf(node, this.#constantOf(node.inputs[1])) ?? [1]).length > 1) {
      throw this.#refuse(`"${node.name}" reduces several axes`);
    }
    return this.#pooled(readout, main);
  }

  #pooled(readout: NonNullable<ImportedNetwork['readout']>, from: Traced): Traced {
    if ((from.kind === 'states' || from.kind === 'finalStates') && from.layers !== this.#layers.length) {
      throw this.#refuse('it reads a layer that is not the last one');
    }
    this.#readout = readout;
    return { kind: 'pooled', readout };
  }

  /** x W or x W^T (+ bias): a dense layer. */
  #product(node: GraphNode, main: Traced, constants: readonly (Constant | null)[]): Traced {
    if (main.kind === 'input' || main.kind === 'tokens') {
      throw this.#refuse(`"${node.name}" is a dense layer before the GRU`);
    }
    if (main.kind === 'finalStates') this.#pooled('last', main);
    const weight = constants[1];
    if (weight === null || weight === undefined || weight.dims.length !== 2) {
      throw this.#refuse(`"${node.name}" multiplies by something that is no weight`);
    }
    const scale = (key: string): number => node.attributes.get(key)?.float ?? 1;
    if (node.type === 'Gemm' && (scale('alpha') !== 1 || scale('beta') !== 1)) {
      throw this.#refuse(`"${node.name}" scales its product`);
    }
    const turned = node.type === 'Gemm' && node.attributes.get('transB')?.int === 1;
    const [rows = 0, columns = 0] = weight.dims;
    const [inputs, units] = turned ? [columns, rows] : [rows, columns];
    const kernel = turned ? transpose(weight.values, rows, columns) : weight.values;
    const bias = constants[2];
    this.#dense.push({
      name: node.name,
      inputs,
      units,
      activation: 'linear',
      kernel,
      bias: bias?.values.length === units ? bias.values : new Float32Array(units),
    });
    const stage = bias === null || bias === undefined ? 'product' : 'sum';
    return { kind: 'dense', index: this.#dense.length - 1, stage };
  }

  #bias(node: GraphNode, main: Traced, constants: readonly (Constant | null)[]): Traced {
    const bias = constants.find((constant) => constant !== null);
    const layer = main.kind === 'dense' ? this.#dense[main.index] : undefined;
    if (main.kind !== 'dense' || main.stage !== 'product' || layer === undefined || bias === undefined) {
      throw this.#refuse(`"${node.name}" (Add) adds something that is no bias`);
    }
    if (bias.values.length !== layer.units)
      throw this.#refuse(`the bias "${node.name}" has the wrong length`);
    this.#dense[main.index] = { ...layer, bias: bias.values };
    return { ...main, stage: 'sum' };
  }

  #activate(node: GraphNode, main: Traced): Traced {
    const activation = node.type === 'HardSigmoid' ? hardSigmoid(node) : elementwise[node.type];
    const layer = main.kind === 'dense' ? this.#dense[main.index] : undefined;
    if (activation === undefined || activation === null || main.kind !== 'dense' || layer === undefined) {
      throw this.#refuse(`the node "${node.name}" (${node.type})`);
    }
    if (main.stage === 'activated') throw this.#refuse(`"${node.name}" is a second activation`);
    this.#dense[main.index] = { ...layer, activation };
    return { ...main, stage: 'activated' };
  }

  #softmax(node: GraphNode, main: Traced): Traced {
    if (main.kind !== 'dense' || main.stage === 'activated') {
      throw this.#refuse(`the node "${node.name}" (${node.type}) before the end`);
    }
    this.#notes.push('The softmax at the end is left to the loss and to the prediction.');
    return { ...main, stage: 'activated' };
  }

  #constantOf(name: string | undefined): Constant | null {
    const value = name === undefined ? undefined : this.#values.get(name);
    return value?.kind === 'constant' ? value.constant : null;
  }

  #refuse(what: string): Error {
    return cannotImport(format, this.#where, what);
  }
}

function hardSigmoid(node: GraphNode): Activation | null {
  const alpha = node.attributes.get('alpha')?.float ?? 0.2;
  if (Math.abs((node.attributes.get('beta')?.float ?? 0.5) - 0.5) > 1e-6) return null;
  if (Math.abs(alpha - 0.2) < 1e-6) return 'hardSigmoidOnnx';
  return Math.abs(alpha - 1 / 6) < 1e-6 ? 'hardSigmoid' : null;
}
