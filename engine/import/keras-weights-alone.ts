import {
  type Hdf5File,
  type Hdf5Weights,
  keras3Weights,
  type Layers,
  legacyWeights,
  type Weights,
} from './keras-weights.ts';
import { cannotImport } from './network.ts';

const format = 'Keras';

/** Of more layers than this no order is looked for: a file made to harm would have every one tried. */
const mostTried = 8;

/** What a group of a weights file is, by the arrays in it. */
type Part = { readonly name: string } & (
  | { readonly kind: 'embedding'; readonly entries: number; readonly width: number }
  | { readonly kind: 'dense'; readonly inputs: number; readonly units: number; readonly bias: boolean }
  | {
      readonly kind: 'gru';
      readonly inputs: number;
      readonly units: number;
      readonly bias: boolean;
      readonly resetAfter: boolean;
      readonly bidirectional: boolean;
    }
);

/**
 * The layers of a file of `model.save_weights`, which says neither their classes nor their order: what a group is
 * follows from its arrays, and GRU and dense layers follow one another as their sizes fit, counted names first.
 * Throws `import/unsupported` where the sizes make no chain.
 */
export function weightsAlone(
  file: Hdf5File,
  where: string,
): { readonly layers: Layers; readonly version: number; readonly weights: Weights } {
  const modern = file.names('layers').length > 0;
  const groups = [...file.names(modern ? 'layers' : '')].sort(byNumber);
  const read = modern ? keras3Weights(file, groups) : legacyWeights(file, groups);
  const parts = groups.flatMap((name, index) => partOf(name, index, read, where) ?? []);
  const embeddings = parts.filter((part) => part.kind === 'embedding');
  const grus = chain(
    parts.filter((part) => part.kind === 'gru'),
    ({ units, bidirectional }) => units * (bidirectional ? 2 : 1),
    null,
    where,
  );
  const last = grus.at(-1);
  if (last === undefined) throw cannotImport(format, where, 'it holds no weights of a GRU layer');
  const dense = chain(
    parts.filter((part) => part.kind === 'dense'),
    ({ units }) => units,
    last.units * (last.bidirectional ? 2 : 1),
    where,
  );
  const ordered = [...embeddings, ...grus, ...dense];
  const places = ordered.map(({ name }) => groups.indexOf(name));
  return {
    layers: ordered.map(layerOf),
    version: modern ? 3 : 2,
    weights: (index, side, name) => read(places[index] ?? -1, side, name),
  };
}

/** Null for a group without weights: an input, a dropout. */
function partOf(name: string, index: number, read: Weights, where: string): Part | null {
  const forward = read(index, 'forward', 'recurrent');
  const backward = read(index, 'backward', 'recurrent');
  // Files of Keras 2 do not tell the directions of a layer that has one.
  const bidirectional = forward !== null && backward !== null && forward !== backward;
  const side = bidirectional ? 'forward' : '';
  const kernel = read(index, side, 'kernel');
  if (kernel === null) return null;
  const [rows = 0, columns = 0] = kernel.shape;
  const recurrent = read(index, side, 'recurrent');
  const bias = read(index, side, 'bias');
  if (kernel.shape.length !== 2) throw cannotImport(format, where, `the layer "${name}" is not known`);
  // The second array of a dense layer is its bias.
  if (recurrent !== null && recurrent.shape.length === 2) {
    const [units = 0, gates = 0] = recurrent.shape;
    if (gates === 4 * units) throw cannotImport(format, where, `the layer "${name}" is an LSTM`);
    if (gates !== 3 * units || columns !== 3 * units) {
      throw cannotImport(format, where, `the layer "${name}" has not the shape of a GRU`);
    }
    return {
      kind: 'gru',
      name,
      inputs: rows,
      units,
      bias: bias !== null,
      resetAfter: bias === null || lengthOf(bias) === 6 * units,
      bidirectional,
    };
  }
  if (bias === null && /emb/i.test(name)) return { kind: 'embedding', name, entries: rows, width: columns };
  return { kind: 'dense', name, inputs: rows, units: columns, bias: bias !== null };
}

interface Link {
  readonly name: string;
  readonly inputs: number;
}

/**
 * The order in which each layer reads as many values as the one before it gives: that of the names where it fits, else
 * the only one that does. @param width what the first one reads; null where that is not known
 */
function chain<Part extends Link>(
  parts: readonly Part[],
  widthOf: (part: Part) => number,
  width: number | null,
  where: string,
): readonly Part[] {
  const follows = (part: Part, before: Part | undefined): boolean => {
    const given = before === undefined ? width : widthOf(before);
    return given === null || part.inputs === given;
  };
  if (parts.every((part, index) => follows(part, parts[index - 1]))) return parts;
  const found: (readonly Part[])[] = [];
  const extend = (so: readonly Part[]): void => {
    if (so.length === parts.length) found.push(so);
    for (const part of parts) {
      if (found.length < 2 && !so.includes(part) && follows(part, so.at(-1))) extend([...so, part]);
    }
  };
  if (parts.length <= mostTried) extend([]);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = parts.map(({ name }) => name).join(', ');
  throw cannotImport(
    format,
    where,
    `the sizes of ${names} do not say which layer comes after which; import the .keras file instead`,
  );
}

function layerOf(part: Part): Layers[number] {
  const { name } = part;
  switch (part.kind) {
    case 'embedding':
      return { class_name: 'Embedding', config: { name, input_dim: part.entries, output_dim: part.width } };
    case 'dense':
      return { class_name: 'Dense', config: { name, units: part.units, use_bias: part.bias } };
    case 'gru': {
      const config = {
        name,
        units: part.units,
        use_bias: part.bias,
        reset_after: part.resetAfter,
        return_sequences: true,
      };
      return part.bidirectional
        ? { class_name: 'Bidirectional', config: { name, layer: { class_name: 'GRU', config } } }
        : { class_name: 'GRU', config };
    }
  }
}

function lengthOf({ shape }: Hdf5Weights): number {
  return shape.reduce((product, length) => product * length, 1);
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
