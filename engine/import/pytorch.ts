import type { Tensor } from '../export/safetensors.ts';
import { readArchive } from './archive.ts';
import { brainToFloats, halfToFloats } from '../base/half.ts';
import { cannotImport, damaged, type ImportedNetwork } from './network.ts';
import {
  type PickledStorage,
  PickledDict,
  PickledList,
  type PickledTensor,
  tensorsIn,
  unpickle,
} from './pickle.ts';
import { networkOfStateDict } from './state-dict.ts';

const format = 'PyTorch';

/** First bytes of the long integer that opens the format of torch before 1.6: 0x1950a86a20f9469cfc6c. */
const legacyMagic = [
  0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
] as const;

/**
 * A `.pt` or `.pth` file with a state dict, alone or inside a checkpoint (`model`, `state_dict`, ...), in the zip
 * format of torch 1.6 and later or the one before. No code of the file is run.
 * Throws `import/damaged`, `import/unsupported`.
 */
export function importPytorch(bytes: Uint8Array, where: string): ImportedNetwork {
  const legacy = legacyMagic.every((byte, index) => bytes[index] === byte);
  const tensors = legacy ? readLegacy(bytes, where) : readZip(bytes, where);
  return networkOfStateDict(tensors, {}, `${format} state dict`, where);
}

function readZip(bytes: Uint8Array, where: string): Map<string, Tensor> {
  const entries = readArchive(
    bytes,
    (name) => /(^|\/)(data\.pkl|byteorder|data\/\d+)$/.test(name),
    format,
    where,
  );
  const pickleName = [...entries.keys()].find((name) => name.endsWith('data.pkl'));
  if (pickleName === undefined) throw damaged(format, where, 'it holds no data.pkl');
  const folder = pickleName.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order).trim() !== 'little') {
    throw cannotImport(format, where, 'it was written on a big-endian machine');
  }
  const { value } = unpickle(entries.get(pickleName) as Uint8Array, 0, where);
  return materialize(tensorsIn(value), where, ({ key }) => entries.get(`${folder}data/${key}`));
}

/** Pickles one after the other: magic, protocol, system, the object, the keys; then each storage with its count. */
function readLegacy(bytes: Uint8Array, where: string): Map<string, Tensor> {
  let at = 0;
  const next = () => {
    const { value, end } = unpickle(bytes, at, where);
    at = end;
    return value;
  };
  next();
  next();
  const system = next();
  if (system instanceof PickledDict && system.entries.get('little_endian') === false) {
    throw cannotImport(format, where, 'it was written on a big-endian machine');
  }
  const tensors = tensorsIn(next());
  const keys = next();
  const widths = new Map([...tensors.values()].map(({ storage }) => [storage.key, widthOf(storage, where)]));
  const storages = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const key of keys instanceof PickledList ? keys.items : []) {
    if (typeof key !== 'string' || at + 8 > bytes.length)
      throw damaged(format, where, 'a storage is missing');
    const count = Number(view.getBigInt64(at, true));
    const length = count * (widths.get(key) ?? 4);
    if (!(count >= 0) || at + 8 + length > bytes.length) throw damaged(format, where, 'a storage is cut off');
    storages.set(key, bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return materialize(tensors, where, ({ key }) => storages.get(key));
}

const storageWidths: Readonly<Record<string, number>> = {
  FloatStorage: 4,
  DoubleStorage: 8,
  HalfStorage: 2,
  BFloat16Storage: 2,
  LongStorage: 8,
  IntStorage: 4,
};

function widthOf({ type }: PickledStorage, where: string): number {
  const width = storageWidths[type];
  if (width === undefined) throw cannotImport(format, where, `it holds values of the type ${type}`);
  return width;
}

/** The tensors with their numbers; whole numbers (counters of batch normalization, say) are left out. */
function materialize(
  tensors: ReadonlyMap<string, PickledTensor>,
  where: string,
  bytesOf: (storage: PickledStorage) => Uint8Array | undefined,
): Map<string, Tensor> {
  const result = new Map<string, Tensor>();
  const decoded = new Map<string, Float32Array>();
  for (const [name, tensor] of tensors) {
    const { storage, shape } = tensor;
    if (storage.type === 'LongStorage' || storage.type === 'IntStorage') continue;
    const raw = bytesOf(storage);
    const width = widthOf(storage, where);
    if (raw === undefined) throw damaged(format, where, `the values of "${name}" are missing`);
    if (raw.length < storage.count * width)
      throw damaged(format, where, `the values of "${name}" are cut off`);
    const values =
      decoded.get(storage.key) ?? decodeStorage(raw.subarray(0, storage.count * width), storage.type);
    decoded.set(storage.key, values);
    result.set(name, { shape, values: strided(tensor, values, name, where) });
  }
  return result;
}

function decodeStorage(raw: Uint8Array, type: string): Float32Array {
  if (type === 'HalfStorage') return halfToFloats(raw);
  if (type === 'BFloat16Storage') return brainToFloats(raw);
  // Not `slice`: a Buffer of Node would share its memory.
  const copy = new Uint8Array(raw);
  if (type === 'DoubleStorage') return Float32Array.from(new Float64Array(copy.buffer));
  return new Float32Array(copy.buffer);
}

/** A tensor may be a view of its storage: transposed, or a part of it. */
function strided(
  { offset, shape, strides }: PickledTensor,
  values: Float32Array,
  name: string,
  where: string,
): Float32Array {
  const count = shape.reduce((product, length) => product * length, 1);
  const last = shape.reduce(
    (sum, length, axis) => sum + Math.max(0, length - 1) * (strides[axis] ?? 0),
    offset,
  );
  if (strides.length !== shape.length || count > values.length || (count > 0 && last >= values.length)) {
    throw damaged(format, where, `"${name}" reaches beyond its values`);
  }
  const result = new Float32Array(count);
  const position = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (let index = 0; index < count; index++) {
    result[index] = values[at] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis] = (position[axis] as number) + 1;
      at += strides[axis] as number;
      if ((position[axis] as number) < (shape[axis] as number)) break;
      at -= (strides[axis] as number) * (shape[axis] as number);
      position[axis] = 0;
    }
  }
  return result;
}
