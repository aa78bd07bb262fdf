/** Products of one row with a block of columns of a row-major matrix: all the linear algebra the reference needs. */

/** vector [n] times columns first .. first+count-1 of matrix [n,width]: [count]. */
export function multiply(
  vector: Float64Array,
  matrix: Float64Array,
  width: number,
  first: number,
  count: number,
): Float64Array {
  const result = new Float64Array(count);
  for (let row = 0; row < vector.length; row++) {
    const value = vector[row] as number;
    for (let column = 0; column < count; column++) {
      result[column] = (result[column] as number) + value * (matrix[row * width + first + column] as number);
    }
  }
  return result;
}

/** The same columns times gradient [count]: the gradient with respect to the vector, [n]. */
export function multiplyTransposed(
  gradient: Float64Array,
  matrix: Float64Array,
  width: number,
  first: number,
  n: number,
): Float64Array {
  const result = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let column = 0; column < gradient.length; column++) {
      sum += (gradient[column] as number) * (matrix[row * width + first + column] as number);
    }
    result[row] = sum;
  }
  return result;
}

/** The same columns of a gradient matrix += outer product of vector [n] and gradient [count]. */
export function addOuterProduct(
  vector: Float64Array,
  gradient: Float64Array,
  matrix: Float64Array,
  width: number,
  first: number,
): void {
  for (let row = 0; row < vector.length; row++) {
    for (let column = 0; column < gradient.length; column++) {
      const index = row * width + first + column;
      matrix[index] = (matrix[index] as number) + (vector[row] as number) * (gradient[column] as number);
    }
  }
}

/** Elementwise a * b. */
export function product(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, index) => value * (b[index] as number));
}

/** array[first ..] += values. */
export function addAt(array: Float64Array, first: number, values: Float64Array): void {
  for (let index = 0; index < values.length; index++) {
    array[first + index] = (array[first + index] as number) + (values[index] as number);
  }
}
