/** A matrix in 8 bits: value = integer * scale of its row. */
export interface QuantizedMatrix {
  readonly integers: Int8Array;
  /** [rows] */
  readonly scales: Float32Array;
}

/**
 * Symmetric quantization to -127..127 with one scale for each row, the largest absolute value of the row over 127
 * (ONNX Runtime's and TensorFlow Lite's scheme for weights). A row of zeros has the scale 1.
 * @param values [rows,columns]
 */
export function quantizeRows(values: Float32Array, rows: number, columns: number): QuantizedMatrix {
  const integers = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      largest = Math.max(largest, Math.abs(values[i] as number));
    }
    const scale = Math.fround(largest === 0 ? 1 : largest / 127);
    scales[row] = scale;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      integers[i] = Math.max(-127, Math.min(127, Math.round((values[i] as number) / scale)));
    }
  }
  return { integers, scales };
}
