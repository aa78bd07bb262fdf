import { assertDefined } from '../../../base/errors.ts';
import { type Activation, activations } from '../../../ops/activation.ts';
import { addPartsKernel, columnSumsKernel, productDirectKernel, productKernel } from '../kernels/product.ts';
import { groupSize } from '../kernel.ts';
import type { ProgramWriter, Window } from '../program.ts';
import { choose } from '../choice.ts';
import { type ProductShape, type Tile, tileBytes, tileKey, tileSize, tiles, workOf } from '../tiles.ts';
import type { Tuning } from '../tuning.ts';

export interface Product {
  /** [m,k], or [k,m] in memory when `aTransposed`. */
  readonly a: Pick<Window, 'at' | 'stride'>;
  readonly aTransposed?: boolean;
  /** [k,n], or [n,k] in memory when `bTransposed`. */
  readonly b: Pick<Window, 'at' | 'stride'>;
  readonly bTransposed?: boolean;
  /** [m,n] */
  readonly c: Pick<Window, 'at' | 'stride'>;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly accumulate?: boolean;
  /** [n] at this element, added to every row. */
  readonly bias?: number | null;
  readonly activation?: Activation;
  /** Where [m,n] sums before the activation are kept. */
  readonly preactivation?: number | null;
  /** Which of the matrices are kept as halves: tiles of whole vectors are then taken whatever the sizes. */
  readonly halves?: { readonly a?: boolean; readonly b?: boolean; readonly c?: boolean };
  /** Where the factors of scaled halves lie: the product is brought back to its true size. */
  readonly scale?: number | null;
  /** With `aTransposed`: where the lengths of samples lie; rows of `a` beyond them count as zeros. */
  readonly lengths?: number | null;
}

/** Workgroups that keep a large GPU busy; the depth of a product with few tiles is split until there are as many. */
const enoughGroups = 264;
/** Least depth of one part. */
const leastDepth = 256;

/**
 * A matrix product. Where `a` is transposed, the depth is the rows of a batch and may be split: the parts are added
 * afterwards, always in the same order.
 */
export function writeProduct(writer: ProgramWriter, product: Product): void {
  const { a, b, c, m, n, k } = product;
  const aTransposed = product.aTransposed === true;
  const bTransposed = product.bTransposed === true;
  const large = aTransposed ? m >= 256 && n >= 256 : isLarge(m, n);
  const size = large ? 128 : 64;
  const tiles = Math.ceil(m / size) * Math.ceil(n / size);
  const wanted = aTransposed ? Math.min(Math.ceil(k / leastDepth), Math.ceil(enoughGroups / tiles)) : 1;
  const depth = Math.max(16, Math.ceil(k / wanted / 16) * 16);
  const parts = Math.max(1, Math.ceil(k / depth));
  const split = parts > 1;
  const partsAt = wanted > 1 ? writer.workspace(wanted * m * n) : 0;
  const target = split ? { at: partsAt, stride: n } : c;
  const bias = product.bias ?? null;
  const preactivation = product.preactivation ?? null;
  const lengths = product.lengths ?? null;
  const activation = product.activation ?? 'linear';
  const { a: aHalf = false, b: bHalf = false, c: cHalf = false } = product.halves ?? {};
  const half = aHalf || bHalf || cHalf;
  const scale = product.scale ?? null;
  const common = {
    A_ROWS: !aTransposed,
    B_ROWS: !bTransposed,
    BIAS: bias !== null,
    PREACTIVATION: preactivation !== null,
    ACTIVATE: activation !== 'linear',
    ACTIVATION: activations.indexOf(activation),
    ACCUMULATE: !split && product.accumulate === true,
    LENGTHS: aTransposed && lengths !== null,
  };
  const values = {
    m,
    n,
    k,
    depth,
    aAt: a.at,
    aStride: a.stride,
    bAt: b.at,
    bStride: b.stride,
    cAt: target.at,
    cStride: target.stride,
    partStride: split ? m * n : 0,
    biasAt: bias ?? 0,
    preactivationAt: preactivation ?? 0,
    lengthsAt: lengths ?? 0,
    batch: writer.extent.batch,
    scaleAt: scale ?? 0,
  };
  if (!half && isDirect(writer.tuning, product)) {
    const groups = Math.ceil((m * n) / groupSize);
    const lines = Math.ceil(groups / 65_535);
    writer.dispatch(productDirectKernel, common, values, [Math.ceil(groups / lines), lines, parts]);
  } else {
    const numbers = [a.at, a.stride, b.at, b.stride, target.at, target.stride, n, m * n, bias ?? 0];
    const vectors = [...numbers, preactivation ?? 0, aTransposed ? m : k, bTransposed ? k : n].every(
      (value) => value % 4 === 0,
    );
    const shape = { m, n, k: depth, parts, aRows: !aTransposed, bRows: !bTransposed, vectors, half };
    const { way: tile, choice } = chooseTile(writer.tuning, shape, large);
    const [rows, columns] = tileSize(tile);
    writer.dispatch(
      productKernel,
      {
        ...common,
        VECTORS: vectors,
        ROWS: tile.rows,
        ROWS4: tile.rows / 4,
        QUADS: tile.quads,
        AHEAD: tile.ahead,
        HALF: half,
        A_HALF: aHalf,
        B_HALF: bHalf,
        C_HALF: cHalf,
        SCALED: scale !== null,
      },
      values,
      [Math.ceil(n / columns), Math.min(65_535, Math.ceil(m / rows)), parts],
      choice,
    );
  }
  if (!split) return;
  writeAddedParts(writer, {
    parts,
    partStride: m * n,
    source: { at: partsAt, stride: n },
    target: { ...c, columns: n },
    rows: m,
    accumulate: product.accumulate === true,
  });
}

/**
 * Usually the largest tile that the adapter has memory for where there are many, otherwise the smallest; or one of those
 * that read ahead.
 */
function chooseTile(tuning: Tuning, shape: ProductShape, large: boolean): ReturnType<typeof choose<Tile>> {
  const fitting = tiles.filter((tile) => tileBytes(tile, shape.aRows, shape.bRows) <= tuning.workgroupBytes);
  const plain = fitting.filter(({ ahead }) => !ahead);
  const usual = assertDefined((large ? plain.at(-1) : plain[0]) ?? tiles[0], 'a tile');
  const ways = [usual, ...fitting.filter(({ ahead }) => ahead)];
  return choose(tuning, tileKey(shape), workOf(shape), ways, usual);
}

/** Whether tiles would be mostly empty. */
function isDirect({ products }: Tuning, { m, n, k }: Product): boolean {
  if (products !== 'auto') return products === 'direct';
  return Math.min(m, n) <= 16 || m * n * k <= 2 ** 18;
}

function isLarge(m: number, n: number): boolean {
  return Math.ceil(m / 128) * Math.ceil(n / 128) >= 100;
}

export interface AddedParts {
  readonly parts: number;
  /** Elements from one part to the next. */
  readonly partStride: number;
  readonly source: Pick<Window, 'at' | 'stride'>;
  readonly target: Window;
  readonly rows: number;
  readonly accumulate: boolean;
}

export function writeAddedParts(writer: ProgramWriter, added: AddedParts): void {
  const { parts, partStride, source, target, rows, accumulate } = added;
  writer.elementwise(
    addPartsKernel,
    { ACCUMULATE: accumulate },
    {
      count: rows * target.columns,
      columns: target.columns,
      parts,
      partsAt: source.at,
      partStride,
      sourceStride: source.stride,
      to: target.at,
      stride: target.stride,
    },
  );
}

export interface ColumnSums {
  readonly rows: number;
  readonly source: Window;
  /** Multiplied elementwise first. */
  readonly factors?: Pick<Window, 'at' | 'stride'>;
  /** Where the lengths of samples lie: padded rows are left out. Only with factors. */
  readonly lengths?: number | null;
  /** The source is kept as halves, and the factors of its scale lie here. Only without factors. */
  readonly scale?: number | null;
}

/** Sums of columns, not yet added up: parts to give to `writeColumns` for each place they go to. */
export interface SummedColumns {
  readonly at: number;
  readonly columns: number;
  readonly parts: number;
}

export function writeColumnSums(writer: ProgramWriter, sums: ColumnSums): SummedColumns {
  const { rows, source, factors } = sums;
  const { columns } = source;
  const most = Math.max(1, Math.min(Math.ceil(rows / 64), Math.ceil(enoughGroups / Math.ceil(columns / 32))));
  const rowsPerPart = Math.ceil(rows / most);
  const parts = Math.ceil(rows / rowsPerPart);
  const to = writer.workspace(most * columns);
  const lengths = sums.lengths ?? null;
  const scale = sums.scale ?? null;
  writer.dispatch(
    columnSumsKernel,
    {
      FACTORS: factors !== undefined,
      LENGTHS: factors !== undefined && lengths !== null,
      HALF: scale !== null,
      SCALED: scale !== null,
    },
    {
      rows,
      rowsPerPart,
      columns,
      batch: writer.extent.batch,
      at: source.at,
      stride: source.stride,
      factorsAt: factors?.at ?? 0,
      factorsStride: factors?.stride ?? 0,
      lengthsAt: lengths ?? 0,
      to,
      scaleAt: scale ?? 0,
    },
    [Math.ceil(columns / 32), parts, 1],
  );
  return { at: to, columns, parts };
}

/** Adds up columns `first`.. of summed columns into a vector. */
export function writeColumns(
  writer: ProgramWriter,
  sums: SummedColumns,
  target: {
    readonly first: number;
    readonly columns: number;
    readonly to: number;
    readonly accumulate: boolean;
  },
): void {
  const { first, columns, to, accumulate } = target;
  writeAddedParts(writer, {
    parts: sums.parts,
    partStride: sums.columns,
    source: { at: sums.at + first, stride: columns },
    target: { at: to, stride: columns, columns },
    rows: 1,
    accumulate,
  });
}
