/**
 * A random matrix with orthonormal rows, uniformly distributed (Haar): [rows,columns] row-major,
 * rows <= columns.
 *
 * The QR decomposition of a normal matrix, with R's diagonal made positive, is such a matrix (Mezzadri 2007). Its
 * Householder vectors are themselves independent normal vectors of falling length (Stewart 1980, "The efficient
 * generation of random orthogonal matrices"), so they are drawn directly and only Q is formed, at half the cost.
 * Reflections are applied in panels, I - V^T T V (Schreiber and Van Loan 1989), which keeps the work in the cache.
 *
 * @param normal draws a standard normal number.
 */
export function orthonormalRows(rows: number, columns: number, normal: () => number): Float64Array {
  // One row more than asked for, so that rows can always be worked on in pairs.
  const matrix = new Float64Array((rows + 1) * columns);
  const firstOfLastPanel = Math.floor((rows - 1) / panelSize) * panelSize;
  // The last reflections act on the smallest block, so going backward the rows above a panel are still untouched.
  for (let first = firstOfLastPanel; first >= 0; first -= panelSize) {
    const panel = drawPanel(first, Math.min(panelSize, rows - first), columns, normal);
    panel.signs.forEach((sign, row) => {
      matrix[(first + row) * columns + first + row] = sign;
    });
    applyPanel(panel, matrix, rows, columns);
  }
  return matrix.slice(0, rows * columns);
}

const panelSize = 32;

interface Panel {
  /** Its reflections act on rows and columns from here on. */
  readonly first: number;
  /** Reflections, rounded up to whole groups of four; those beyond the panel are zero vectors. */
  readonly size: number;
  /** columns - first. */
  readonly length: number;
  /** [size,length] Householder vectors, the last reflection first: that is the order of application. */
  readonly vectors: Float64Array;
  /** [size,size] upper triangular T of the compact form. */
  readonly triangle: Float64Array;
  /** Sign of each row that makes R's diagonal positive. */
  readonly signs: readonly number[];
}

function drawPanel(first: number, count: number, columns: number, normal: () => number): Panel {
  const length = columns - first;
  const size = Math.ceil(count / 4) * 4;
  const vectors = new Float64Array(size * length);
  const panel = { first, size, length, vectors, triangle: new Float64Array(size * size) };
  const signs: number[] = [];
  for (let index = 0; index < count; index++) {
    // Vector 0 is the last reflection of the panel; it starts at column first + count - 1.
    const start = count - 1 - index;
    const head = index * length + start;
    let squares = 0;
    for (let position = head; position < (index + 1) * length; position++) {
      const value = normal();
      vectors[position] = value;
      squares += value * value;
    }
    const value = vectors[head] as number;
    const norm = Math.sqrt(squares);
    const sign = value < 0 ? -1 : 1;
    vectors[head] = value + sign * norm;
    signs[start] = -sign;
    // |v|^2 = 2 norm (norm + |value|), tau = 2 / |v|^2.
    extendTriangle(panel, index, 1 / (norm * (norm + Math.abs(value))));
  }
  return { ...panel, signs };
}

/** Adds column `index` of T: -tau T (V v), and tau on the diagonal. */
function extendTriangle(panel: Omit<Panel, 'signs'>, index: number, tau: number): void {
  const { size, length, vectors, triangle } = panel;
  const products = new Float64Array(index);
  for (let other = 0; other < index; other++) {
    let sum = 0;
    for (let column = 0; column < length; column++) {
      sum += (vectors[other * length + column] as number) * (vectors[index * length + column] as number);
    }
    products[other] = sum;
  }
  for (let row = 0; row < index; row++) {
    let sum = 0;
    for (let other = row; other < index; other++) {
      sum += (triangle[row * size + other] as number) * (products[other] as number);
    }
    triangle[row * size + index] = -tau * sum;
  }
  triangle[index * size + index] = tau;
}

/** Multiplies rows `first`.. of the matrix by the panel's reflections from the right, two rows at a time. */
function applyPanel(panel: Panel, matrix: Float64Array, rows: number, columns: number): void {
  const { first, size } = panel;
  const projections = new Float64Array(2 * size);
  const factors = new Float64Array(2 * size);
  for (let row = first; row < rows; row += 2) {
    const start = row * columns + first;
    for (let group = 0; group < size; group += 4) project(panel, group, matrix, start, columns, projections);
    multiplyByTriangle(panel, projections, factors);
    for (let group = 0; group < size; group += 4) subtract(panel, group, matrix, start, columns, factors);
  }
}

/** projections[2 r], [2 r + 1] = rows at `start` and one below, times vector r, for the four vectors of a group. */
function project(
  panel: Panel,
  group: number,
  matrix: Float64Array,
  start: number,
  columns: number,
  projections: Float64Array,
): void {
  const { vectors, length } = panel;
  const second = start + columns;
  const p0 = group * length;
  const p1 = p0 + length;
  const p2 = p1 + length;
  const p3 = p2 + length;
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  for (let column = 0; column < length; column++) {
    const x = matrix[start + column] as number;
    const y = matrix[second + column] as number;
    const v0 = vectors[p0 + column] as number;
    const v1 = vectors[p1 + column] as number;
    const v2 = vectors[p2 + column] as number;
    const v3 = vectors[p3 + column] as number;
    a0 += x * v0;
    a1 += x * v1;
    a2 += x * v2;
    a3 += x * v3;
    b0 += y * v0;
    b1 += y * v1;
    b2 += y * v2;
    b3 += y * v3;
  }
  const target = 2 * group;
  projections[target] = a0;
  projections[target + 1] = b0;
  projections[target + 2] = a1;
  projections[target + 3] = b1;
  projections[target + 4] = a2;
  projections[target + 5] = b2;
  projections[target + 6] = a3;
  projections[target + 7] = b3;
}

/** factors = projections T, for the two rows. */
function multiplyByTriangle(panel: Panel, projections: Float64Array, factors: Float64Array): void {
  const { size, triangle } = panel;
  for (let column = 0; column < size; column++) {
    let sumA = 0;
    let sumB = 0;
    for (let row = 0; row <= column; row++) {
      const t = triangle[row * size + column] as number;
      sumA += (projections[2 * row] as number) * t;
      sumB += (projections[2 * row + 1] as number) * t;
    }
    factors[2 * column] = sumA;
    factors[2 * column + 1] = sumB;
  }
}

/** rows -= factors V, for the four vectors of a group. */
function subtract(
  panel: Panel,
  group: number,
  matrix: Float64Array,
  start: number,
  columns: number,
  factors: Float64Array,
): void {
  const { vectors, length } = panel;
  const second = start + columns;
  const p0 = group * length;
  const p1 = p0 + length;
  const p2 = p1 + length;
  const p3 = p2 + length;
  const source = 2 * group;
  const a0 = factors[source] as number;
  const b0 = factors[source + 1] as number;
  const a1 = factors[source + 2] as number;
  const b1 = factors[source + 3] as number;
  const a2 = factors[source + 4] as number;
  const b2 = factors[source + 5] as number;
  const a3 = factors[source + 6] as number;
  const b3 = factors[source + 7] as number;
  for (let column = 0; column < length; column++) {
    const v0 = vectors[p0 + column] as number;
    const v1 = vectors[p1 + column] as number;
    const v2 = vectors[p2 + column] as number;
    const v3 = vectors[p3 + column] as number;
    const x = matrix[start + column] as number;
    const y = matrix[second + column] as number;
    matrix[start + column] = x - (a0 * v0 + a1 * v1 + (a2 * v2 + a3 * v3));
    matrix[second + column] = y - (b0 * v0 + b1 * v1 + (b2 * v2 + b3 * v3));
  }
}
