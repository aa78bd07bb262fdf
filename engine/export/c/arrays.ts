import { quantizeRows } from '../quantize.ts';

export const cWeightTypes = ['float32', 'int8'] as const;
export type CWeightType = (typeof cWeightTypes)[number];

/** Constant arrays of a C file. Bits of floats are written in hexadecimal: exact on every compiler, and short to make. */
export class CArrays {
  readonly weightType: CWeightType;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(weightType: CWeightType) {
    this.weightType = weightType;
  }

  /** Bytes of all arrays in the memory of the device. */
  get size(): number {
    return this.#bytes;
  }

  get parts(): readonly Uint8Array[] {
    return this.#parts;
  }

  /** A vector of floats; returns the expression for its first element. */
  floats(name: string, values: Float32Array): string {
    const count = values.length;
    this.#parts.push(
      ascii(`static const union { uint32_t bits[${count}]; float values[${count}]; } ${name} = {{\n`),
      hexadecimal(new Uint32Array(values.buffer, values.byteOffset, count)),
      ascii('}};\n'),
    );
    this.#bytes += 4 * count;
    return `${name}.values`;
  }

  /**
   * A matrix in the precision of the file, [rows,columns]; returns the expressions for its first element and for the
   * scale of its first row ("NULL" in float32).
   */
  matrix(name: string, values: Float32Array, rows: number, columns: number): readonly [string, string] {
    if (this.weightType === 'float32') return [this.floats(name, values), 'NULL'];
    const { integers, scales } = quantizeRows(values, rows, columns);
    this.#parts.push(
      ascii(`static const int8_t ${name}[${integers.length}] = {\n`),
      decimal(integers),
      ascii('};\n'),
    );
    this.#bytes += integers.length;
    return [name, this.floats(`${name}_scale`, scales)];
  }
}

const encoder = new TextEncoder();

export function ascii(text: string): Uint8Array {
  return encoder.encode(text);
}

const digits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const newline = 0x0a;
const comma = 0x2c;

/** "0x3f800000,", eight a line. */
function hexadecimal(values: Uint32Array): Uint8Array {
  const width = 11;
  const result = new Uint8Array(values.length * width + Math.ceil(values.length / 8));
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    result[at] = 0x30;
    result[at + 1] = 0x78;
    for (let digit = 0; digit < 8; digit++) {
      result[at + 2 + digit] = digits[(value >>> (28 - 4 * digit)) & 15] as number;
    }
    result[at + 10] = comma;
    at += width;
    if (i % 8 === 7 || i === values.length - 1) result[at++] = newline;
  }
  return result.subarray(0, at);
}

/** "-127,", twenty-four a line. */
function decimal(values: Int8Array): Uint8Array {
  const result = new Uint8Array(values.length * 5 + Math.ceil(values.length / 24));
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const magnitude = Math.abs(value);
    if (value < 0) result[at++] = 0x2d;
    if (magnitude >= 100) result[at++] = 0x31;
    if (magnitude >= 10) result[at++] = 0x30 + (Math.floor(magnitude / 10) % 10);
    result[at++] = 0x30 + (magnitude % 10);
    result[at++] = comma;
    if (i % 24 === 23 || i === values.length - 1) result[at++] = newline;
  }
  return result.subarray(0, at);
}
