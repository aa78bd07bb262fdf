import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { onnxFields } from '../../export/onnx/proto.ts';
import { brainToFloats, halfToFloats } from '../../base/half.ts';
import { cannotImport, damaged } from '../network.ts';

/** What a graph computes with, read from the file. */
export interface GraphFile {
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** Names and element types of the inputs that are no constants, in order. */
  readonly inputs: readonly { readonly name: string; readonly whole: boolean }[];
  readonly outputs: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface GraphNode {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface Attribute {
  readonly float: number;
  readonly int: number;
  readonly text: string;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly texts: readonly string[];
  readonly tensor: Constant | null;
}

/** A tensor of the file; whole numbers are kept as floats too. */
export interface Constant {
  readonly dims: readonly number[];
  readonly values: Float32Array;
  /** True for integer and boolean types. */
  readonly whole: boolean;
}

const format = 'ONNX';
const decoder = new TextDecoder();
/** TensorProto fields beyond those that this program writes. */
const tensorFields = {
  ...onnxFields.tensor,
  floats: 4,
  ints: 5,
  longs: 7,
  doubles: 10,
  external: 13,
  location: 14,
};
const typeNames: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
};

type Field = number | bigint | Uint8Array;
type Message = ReadonlyMap<number, readonly Field[]>;

/** Reads a model file. Throws `import/damaged`, `import/unsupported`. */
export function readOnnx(bytes: Uint8Array, where: string): GraphFile {
  try {
    return readModel(bytes, where);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) {
      throw damaged(format, where, 'it is cut off or no protocol buffer', error);
    }
    // The wire reader throws plain errors for tags that do not exist.
    if (error instanceof Error && error.constructor === Error) {
      throw damaged(format, where, 'it is no protocol buffer', error);
    }
    throw error;
  }
}

function readModel(bytes: Uint8Array, where: string): GraphFile {
  const model = message(bytes);
  const graphBytes = lastBytes(model, onnxFields.model.graph);
  if (graphBytes === null) throw damaged(format, where, 'it holds no graph');
  const graph = message(graphBytes);
  const constants = new Map<string, Constant>();
  for (const tensor of all(graph, onnxFields.graph.initializer)) {
    const parts = message(tensor);
    constants.set(text(parts, tensorFields.name), readTensor(parts, where));
  }
  const inputs = all(graph, onnxFields.graph.input).flatMap((value) => {
    const parts = message(value);
    const name = text(parts, onnxFields.value.name);
    if (constants.has(name)) return [];
    const type = lastBytes(parts, onnxFields.value.type);
    const tensor = type === null ? null : lastBytes(message(type), onnxFields.type.tensor);
    const element = tensor === null ? 1 : integer(message(tensor), onnxFields.tensorType.element);
    return [{ name, whole: element !== 1 && element !== 10 && element !== 11 && element !== 16 }];
  });
  const nodes = all(graph, onnxFields.graph.node).map((node) => readNode(message(node), where));
  const outputs = all(graph, onnxFields.graph.output).map((value) =>
    text(message(value), onnxFields.value.name),
  );
  const metadata = Object.fromEntries(
    all(model, onnxFields.model.metadata).map((entry) => {
      const parts = message(entry);
      return [text(parts, onnxFields.entry.key), text(parts, onnxFields.entry.value)];
    }),
  );
  return { nodes, constants, inputs, outputs, metadata };
}

function readNode(parts: Message, where: string): GraphNode {
  const field = onnxFields.node;
  const attributes = all(parts, field.attribute).map((attribute): [string, Attribute] => {
    const inside = message(attribute);
    const names = onnxFields.attribute;
    const tensor = lastBytes(inside, names.tensor);
    return [
      text(inside, names.name),
      {
        float: float(inside.get(names.float)?.at(-1)),
        int: integer(inside, names.int),
        text: text(inside, names.text),
        floats: packed(inside, names.floats, 'float'),
        ints: packed(inside, names.ints, 'int'),
        texts: all(inside, names.texts).map((bytes) => decoder.decode(bytes)),
        tensor: tensor === null ? null : readTensor(message(tensor), where),
      },
    ];
  });
  const domain = text(parts, field.domain);
  return {
    type:
      domain === '' || domain === 'ai.onnx'
        ? text(parts, field.type)
        : `${domain}.${text(parts, field.type)}`,
    name: text(parts, field.name),
    inputs: all(parts, field.input).map((bytes) => decoder.decode(bytes)),
    outputs: all(parts, field.output).map((bytes) => decoder.decode(bytes)),
    attributes: new Map(attributes),
  };
}

function readTensor(parts: Message, where: string): Constant {
  const name = text(parts, tensorFields.name);
  if (parts.has(tensorFields.external) || integer(parts, tensorFields.location) === 1) {
    throw cannotImport(
      format,
      where,
      `the weight "${name}" lies in another file; save the model as one file`,
    );
  }
  const dims = packed(parts, tensorFields.dims, 'int');
  const count = dims.reduce((product, length) => product * length, 1);
  if (!dims.every((length) => Number.isSafeInteger(length) && length >= 0) || count > 1 << 28) {
    throw damaged(format, where, `the shape of "${name}" is impossible`);
  }
  const code = integer(parts, tensorFields.type);
  const type = typeNames[code];
  if (type === undefined) throw cannotImport(format, where, `"${name}" has values of the type ${code}`);
  const raw = lastBytes(parts, tensorFields.raw);
  const values = raw === null ? listed(parts, type) : decode(raw, type);
  if (values.length !== count) {
    throw damaged(format, where, `"${name}" has ${values.length} values for its shape ${dims.join(' x ')}`);
  }
  return { dims, values, whole: !type.startsWith('float') && type !== 'bfloat16' };
}

function listed(parts: Message, type: string): Float32Array {
  if (type === 'float32') return Float32Array.from(packed(parts, tensorFields.floats, 'float'));
  if (type === 'float64') return Float32Array.from(packed(parts, tensorFields.doubles, 'double'));
  const ints = packed(parts, type === 'int64' ? tensorFields.longs : tensorFields.ints, 'int');
  if (type !== 'float16' && type !== 'bfloat16') return Float32Array.from(ints);
  const bytes = new Uint8Array(Uint16Array.from(ints).buffer);
  return type === 'float16' ? halfToFloats(bytes) : brainToFloats(bytes);
}

function decode(raw: Uint8Array, type: string): Float32Array {
  // Not `slice`: a Buffer of Node would share its memory.
  const copy = new Uint8Array(raw).buffer;
  switch (type) {
    case 'float32':
      return new Float32Array(copy);
    case 'float64':
      return Float32Array.from(new Float64Array(copy));
    case 'float16':
      return halfToFloats(raw);
    case 'bfloat16':
      return brainToFloats(raw);
    case 'int64':
      return Float32Array.from(new BigInt64Array(copy), Number);
    case 'int32':
      return Float32Array.from(new Int32Array(copy));
    case 'int8':
      return Float32Array.from(new Int8Array(copy));
    default:
      return Float32Array.from(new Uint8Array(copy));
  }
}

/** The fields of a message by number. */
function message(bytes: Uint8Array): Message {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, Field[]>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const list = fields.get(number) ?? [];
    fields.set(number, list);
    switch (type) {
      case WireType.Varint:
        list.push(BigInt(reader.int64()));
        break;
      case WireType.Bit64:
        list.push(reader.double());
        break;
      case WireType.Bit32:
        list.push(reader.float());
        break;
      case WireType.LengthDelimited:
        list.push(reader.bytes());
        break;
      default:
        reader.skip(type);
    }
  }
  return fields;
}

function all(parts: Message, field: number): Uint8Array[] {
  return (parts.get(field) ?? []).filter((value) => value instanceof Uint8Array);
}

function lastBytes(parts: Message, field: number): Uint8Array | null {
  return all(parts, field).at(-1) ?? null;
}

function text(parts: Message, field: number): string {
  return decoder.decode(lastBytes(parts, field) ?? new Uint8Array());
}

function integer(parts: Message, field: number): number {
  const value = parts.get(field)?.at(-1);
  return typeof value === 'bigint' ? Number(value) : 0;
}

function float(value: Field | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** Numbers one by one, or packed into one field. */
function packed(parts: Message, field: number, type: 'int' | 'float' | 'double'): number[] {
  return (parts.get(field) ?? []).flatMap((value) => {
    if (typeof value === 'bigint') return [Number(value)];
    if (typeof value === 'number') return [value];
    const reader = new BinaryReader(value);
    const numbers: number[] = [];
    while (reader.pos < reader.len) {
      if (type === 'int') numbers.push(Number(reader.int64()));
      else numbers.push(type === 'float' ? reader.float() : reader.double());
    }
    return numbers;
  });
}
