import { WorkbenchError } from '../../base/errors.ts';
import { largestWhole } from './cells.ts';

/** An array of a NumPy or HDF5 file, in C order, converted to what columns hold. */
export interface SourceArray {
  /** Name in the file: "x", "train/x"; "" where the file is one array. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: 'number' | 'integer' | 'boolean' | 'time' | 'text';
  /** [product of shape] NaN where missing; empty for texts. */
  readonly values: Float64Array;
  /** [product of shape] for texts; empty otherwise. */
  readonly texts: readonly string[];
}

/** Arrays hold at most this many values; longer ones are cut into files. */
export const maximumValues = 1 << 28;

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a .npy file, versions 1 to 3 (numpy.lib.format). Numbers, booleans, dates and texts; Python objects are
 * refused, since reading them would run code.
 * @param where what messages call the file.
 */
export function parseNpy(bytes: Uint8Array, where: string, name = ''): SourceArray {
  if (!isNpy(bytes)) throw damaged('it does not begin as a .npy file', where);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw damaged(`its version is ${version}`, where);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw damaged('it ends within its header', where);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const end = start + length;
  if (end > bytes.length) throw damaged('it ends within its header', where);
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, end));
  const { descr, fortran, shape } = parseHeader(header, where);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count > maximumValues) {
    throw new WorkbenchError(
      'data/too-large',
      `The array has ${count} values; at most ${maximumValues} are read`,
      {
        where,
        hint: 'Save it in several files, or as a Parquet or CSV file.',
      },
    );
  }
  const type = parseType(descr, where);
  const needed = end + count * type.size;
  if (needed > bytes.length) {
    throw damaged(`its ${count} values need ${needed} bytes and it has ${bytes.length}`, where);
  }
  const data = new DataView(bytes.buffer, bytes.byteOffset + end, count * type.size);
  const order = fortran && shape.length > 1 ? fortranOrder(shape) : null;
  return { name, shape, ...readValues(data, type, count, order) };
}

interface ElementType {
  readonly code: string;
  readonly size: number;
  readonly little: boolean;
  /** Milliseconds of a unit of a date. */
  readonly unit: number;
}

function parseHeader(
  header: string,
  where: string,
): { readonly descr: string; readonly fortran: boolean; readonly shape: readonly number[] } {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (descr === undefined && /'descr'\s*:\s*\[/.test(header)) {
    throw new WorkbenchError('data/unreadable', 'The array holds records of several fields', {
      where,
      hint: 'Save each field as an array of its own: numpy.savez(file, a=x["a"], b=x["b"]).',
    });
  }
  if (descr === undefined || fortran === undefined || shape === undefined) {
    throw damaged('its header cannot be read', where);
  }
  const sizes = shape
    .split(',')
    .map((size) => size.replace('L', '').trim())
    .filter((size) => size !== '')
    .map(Number);
  if (sizes.some((size) => !Number.isSafeInteger(size)) || sizes.length > 32) {
    throw damaged('its shape cannot be read', where);
  }
  return { descr, fortran: fortran === 'True', shape: sizes };
}

function parseType(descr: string, where: string): ElementType {
  const [, order = '', code = '', digits = '', unit = ''] =
    /^([<>|=]?)([a-zA-Z])(\d*)(?:\[([a-zA-Z]+|\d+[a-zA-Z]+)\])?$/.exec(descr) ?? [];
  const given = Number(digits);
  const units: Readonly<Record<string, number>> = {
    D: 86_400_000,
    h: 3_600_000,
    m: 60_000,
    s: 1000,
    ms: 1,
    us: 1e-3,
    ns: 1e-6,
  };
  const known: Readonly<Record<string, readonly number[]>> = {
    f: [2, 4, 8],
    i: [1, 2, 4, 8],
    u: [1, 2, 4, 8],
    b: [1],
    M: [8],
  };
  const text = code === 'S' || code === 'U' || code === 'a';
  const dated = code !== 'M' || units[unit] !== undefined;
  if (!text && !(known[code]?.includes(given) === true && dated)) {
    throw new WorkbenchError('data/unreadable', `The array holds values of the kind "${descr}"`, {
      where,
      hint:
        code === 'O'
          ? 'Python objects are not read, since that would run code. Save it as numbers: x.astype("float32").'
          : 'Save it as numbers: x.astype("float32").',
    });
  }
  if (text && given > 1 << 16) throw damaged('its texts are too long', where);
  return {
    code: code === 'a' ? 'S' : code,
    size: code === 'U' ? given * 4 : given,
    little: order !== '>',
    unit: units[unit] ?? 1,
  };
}

/** For each place in C order, the place of the value in the file. */
function fortranOrder(shape: readonly number[]): (index: number) => number {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  return (index) => {
    let rest = index;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      at += (rest % size) * (strides[axis] as number);
      rest = Math.floor(rest / size);
    }
    return at;
  };
}

function readValues(
  data: DataView,
  type: ElementType,
  count: number,
  order: ((index: number) => number) | null,
): Pick<SourceArray, 'kind' | 'values' | 'texts'> {
  const { code, size, little } = type;
  const at = (index: number): number => (order === null ? index : order(index)) * size;
  if (code === 'S' || code === 'U') {
    const texts = Array.from({ length: count }, (_, i) => readText(data, at(i), size, code === 'U', little));
    return { kind: 'text', values: new Float64Array(0), texts };
  }
  const read = readerOf(data, type);
  const values = new Float64Array(count);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const value = read(at(i));
    values[i] = value;
    largest = Math.max(largest, Math.abs(value));
  }
  if (code === 'M') return { kind: 'time', values, texts: [] };
  if (code === 'b') return { kind: 'boolean', values, texts: [] };
  if (code === 'f') return { kind: 'number', values, texts: [] };
  if (largest < largestWhole) return { kind: 'integer', values, texts: [] };
  const digits = Array.from({ length: count }, (_, i) =>
    String(code === 'i' ? data.getBigInt64(at(i), little) : data.getBigUint64(at(i), little)),
  );
  return { kind: 'text', values: new Float64Array(0), texts: digits };
}

function readerOf(data: DataView, { code, size, little, unit }: ElementType): (at: number) => number {
  if (code === 'f') {
    if (size === 2) return (at) => halfFloat(data.getUint16(at, little));
    return size === 4 ? (at) => data.getFloat32(at, little) : (at) => data.getFloat64(at, little);
  }
  if (code === 'M') {
    const missing = -(2n ** 63n);
    return (at) => {
      const ticks = data.getBigInt64(at, little);
      return ticks === missing ? Number.NaN : Number(ticks) * unit;
    };
  }
  if (code === 'b') return (at) => (data.getUint8(at) === 0 ? 0 : 1);
  const signed = code === 'i';
  if (size === 1) return signed ? (at) => data.getInt8(at) : (at) => data.getUint8(at);
  if (size === 2) return signed ? (at) => data.getInt16(at, little) : (at) => data.getUint16(at, little);
  if (size === 4) return signed ? (at) => data.getInt32(at, little) : (at) => data.getUint32(at, little);
  return signed
    ? (at) => Number(data.getBigInt64(at, little))
    : (at) => Number(data.getBigUint64(at, little));
}

/** IEEE 754 binary16. */
export function halfFloat(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function readText(data: DataView, start: number, size: number, wide: boolean, little: boolean): string {
  if (!wide) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset + start, size);
    const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
    return new TextDecoder('utf-8').decode(bytes.subarray(0, end));
  }
  let text = '';
  for (let at = start; at < start + size; at += 4) {
    const point = data.getUint32(at, little);
    if (point !== 0) text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}

function damaged(what: string, where: string): WorkbenchError {
  return new WorkbenchError('data/unreadable', `The array cannot be read: ${what}`, {
    where,
    hint: 'Save it again with numpy.save.',
  });
}
