import { WorkbenchError } from '../base/errors.ts';

/**
 * The safetensors format (https://github.com/huggingface/safetensors): 8 bytes little-endian length of the header,
 * the header as JSON (`name -> { dtype, shape, data_offsets }` and `__metadata__`), then the values, little-endian,
 * in rows, without gaps. Written here by hand: no maintained npm package writes it. Data only, no code can hide in it.
 *
 * Reading trusts nothing: the header is bounded, every tensor must lie inside the file and match its shape, and the
 * tensors must cover the values exactly, so nothing overlaps and nothing is hidden between them.
 */
export interface Tensor {
  readonly shape: readonly number[];
  /** Values in row order. */
  readonly values: TensorValues;
}

export type TensorValues = Float32Array | Float64Array | Int32Array;

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Limit of the format itself. */
export const longestHeader = 100_000_000;

const bytesOf = { F64: 8, F32: 4, I32: 4 } as const;
type TensorType = keyof typeof bytesOf;

const encoder = new TextEncoder();

/** The bytes of a file. Throws `internal` when a shape does not match its values. */
export function writeSafetensors(file: TensorFile): Uint8Array {
  const entries = [...file.tensors].map(([name, tensor]) => ({ name, tensor, type: typeOf(tensor.values) }));
  // Wider types first keeps every tensor aligned to its element, as the library's own writer does.
  entries.sort((a, b) => bytesOf[b.type] - bytesOf[a.type] || (a.name < b.name ? -1 : 1));
  // A tensor may have any name, also "__proto__": the header is made by text, not by an object.
  const fields =
    Object.keys(file.metadata).length > 0 ? [`"__metadata__":${JSON.stringify(file.metadata)}`] : [];
  let offset = 0;
  for (const { name, tensor, type } of entries) {
    if (product(tensor.shape) !== tensor.values.length) {
      throw new WorkbenchError('internal', `${name} has ${tensor.values.length} values for its shape`);
    }
    const end = offset + tensor.values.byteLength;
    const entry = { dtype: type, shape: tensor.shape, data_offsets: [offset, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    offset = end;
  }
  const text = encoder.encode(`{${fields.join(',')}}`);
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + headerLength);
  let position = 8 + headerLength;
  for (const { tensor } of entries) {
    bytes.set(littleEndian(tensor.values), position);
    position += tensor.values.byteLength;
  }
  return bytes;
}

/**
 * Reads a file. Values are copies.
 * @param where the file, for the error.
 * Throws `import/damaged` on anything that is not a well-formed file of F32, F64 and I32 tensors.
 */
export function readSafetensors(bytes: Uint8Array, where: string): TensorFile {
  const damaged = (reason: string) =>
    new WorkbenchError('import/damaged', `This is not a sound safetensors file: ${reason}`, { where });
  if (bytes.length < 8) throw damaged('it is shorter than 8 bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = view.getBigUint64(0, true);
  if (declared > BigInt(longestHeader)) throw damaged('its header claims to be longer than 100 MB');
  const headerLength = Number(declared);
  if (headerLength > bytes.length - 8) throw damaged('it ends within its header');
  const header = parseHeader(bytes.subarray(8, 8 + headerLength), damaged);
  const data = bytes.subarray(8 + headerLength);

  let metadata: Record<string, string> = {};
  const described: Description[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') metadata = parseMetadata(entry, damaged);
    else described.push(parseEntry(name, entry, damaged));
  }
  described.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of described) {
    if (begin !== covered) throw damaged(`the values of "${name}" overlap others or leave a gap`);
    covered = end;
  }
  if (covered !== data.length)
    throw damaged(`it holds ${data.length} bytes of values where ${covered} are described`);
  const tensors = new Map<string, Tensor>();
  for (const { name, type, shape, begin, end } of described) {
    tensors.set(name, { shape, values: decode(data.subarray(begin, end), type) });
  }
  return { tensors, metadata };
}

interface Description {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

type Damaged = (reason: string) => WorkbenchError;

function parseHeader(bytes: Uint8Array, damaged: Damaged): object {
  // The format asks for "{" as the first byte, which also keeps a byte-order mark out.
  if (bytes[0] !== 0x7b) throw damaged('its header does not start with "{"');
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null) return header;
  } catch {
    // Said below.
  }
  throw damaged('its header is not JSON');
}

function parseMetadata(entry: unknown, damaged: Damaged): Record<string, string> {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw damaged('its metadata is no object');
  const pairs = Object.entries(entry);
  if (!pairs.every((pair): pair is [string, string] => typeof pair[1] === 'string')) {
    throw damaged('its metadata holds something other than text');
  }
  return Object.fromEntries(pairs);
}

function parseEntry(name: string, entry: unknown, damaged: Damaged): Description {
  const fields: Partial<Record<'dtype' | 'shape' | 'data_offsets', unknown>> =
    typeof entry === 'object' && entry !== null ? entry : {};
  const type = fields.dtype;
  if (typeof type !== 'string') throw damaged(`"${name}" has no type`);
  if (type !== 'F32' && type !== 'F64' && type !== 'I32') {
    throw damaged(`"${name}" has the type ${type.slice(0, 20)}; F32, F64 and I32 are read`);
  }
  const shape = fields.shape;
  if (!isSizes(shape)) throw damaged(`the shape of "${name}" is not a list of whole numbers`);
  const offsets = fields.data_offsets;
  if (!isSizes(offsets) || offsets.length !== 2) throw damaged(`"${name}" has no offsets`);
  const [begin = 0, end = 0] = offsets;
  if (end - begin !== product(shape) * bytesOf[type])
    throw damaged(`the offsets of "${name}" do not fit its shape`);
  return { name, type, shape, begin, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}

function typeOf(values: TensorValues): TensorType {
  if (values instanceof Float32Array) return 'F32';
  return values instanceof Float64Array ? 'F64' : 'I32';
}

function decode(bytes: Uint8Array, type: TensorType): TensorValues {
  // Not `slice`: a Buffer of Node would share its memory, and the copy must begin its own.
  const copy = littleEndian(new Uint8Array(bytes), bytesOf[type]);
  if (type === 'F32') return new Float32Array(copy.buffer);
  return type === 'F64' ? new Float64Array(copy.buffer) : new Int32Array(copy.buffer);
}

const machineIsLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** The bytes of values in little-endian order, or back: a copy only where the machine stores them the other way. */
function littleEndian<Values extends TensorValues | Uint8Array<ArrayBuffer>>(
  values: Values,
  width = values.BYTES_PER_ELEMENT,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  if (machineIsLittleEndian) return bytes;
  const swapped = bytes.slice();
  for (let start = 0; start < swapped.length; start += width)
    swapped.subarray(start, start + width).reverse();
  return swapped;
}
