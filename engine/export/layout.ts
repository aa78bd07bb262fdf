/**
 * Between our layout and that of others. Ours: matrices [inputs,outputs] row-major, gates z,r,n in columns. Keras and
 * TensorFlow.js keep the same; PyTorch [outputs,inputs] with gates r,z,n in rows; ONNX [outputs,inputs] with gates
 * z,r,h in rows. Every function is its own inverse with rows and columns exchanged, so importers use the same ones.
 */
type Values = Float32Array | Float64Array;

/** [rows,columns] to [columns,rows]. */
export function transpose<Kind extends Values>(values: Kind, rows: number, columns: number): Kind {
  const result = values.slice() as Kind;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column] as number;
    }
  }
  return result;
}

/** Exchanges the first two of three blocks of equal length: z,r,n to r,z,n and back. */
export function swapGates<Kind extends Values>(values: Kind): Kind {
  const block = values.length / 3;
  const result = values.slice() as Kind;
  result.set(values.subarray(0, block), block);
  result.set(values.subarray(block, 2 * block), 0);
  return result;
}

/** One gate (0 z, 1 r, 2 n) of [rows,3H]: [rows,H]. */
export function gateColumns(values: Float32Array, rows: number, units: number, gate: number): Float32Array {
  const result = new Float32Array(rows * units);
  for (let row = 0; row < rows; row++) {
    const start = (row * 3 + gate) * units;
    result.set(values.subarray(start, start + units), row * units);
  }
  return result;
}

/** Arrays one after the other. */
export function concatenate(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
