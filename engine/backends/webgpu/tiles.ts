/** The part of a product that a workgroup of 16 x 16 invocations computes at a time; each keeps it in registers. */
export interface Tile {
  /** Rows of an invocation: the tile has 16 times as many. */
  readonly rows: 4 | 8;
  /** Vectors of four columns of an invocation: the tile has 64 columns for each. */
  readonly quads: 1 | 2;
  /** Reads the next piece of the depth while this one is multiplied: it waits less and takes more registers. */
  readonly ahead: boolean;
}

/** Every tile that the shader can be made for, the smallest first. */
export const tiles: readonly Tile[] = [false, true].flatMap((ahead) => [
  { rows: 4, quads: 1, ahead },
  { rows: 4, quads: 2, ahead },
  { rows: 8, quads: 1, ahead },
  { rows: 8, quads: 2, ahead },
]);

export function tileSize({ rows, quads }: Tile): readonly [rows: number, columns: number] {
  return [16 * rows, 64 * quads];
}

/** Bytes of workgroup memory: what lies by depth is padded (product.wgsl). */
export function tileBytes(tile: Tile, aRows: boolean, bRows: boolean): number {
  const [rows, columns] = tileSize(tile);
  return 16 * (rows * (aRows ? 5 : 4) + columns * (bRows ? 4 : 5));
}

/** What a tile is chosen by: sizes, and how the factors lie in memory. */
export interface ProductShape {
  readonly m: number;
  readonly n: number;
  /** Depth of one part. */
  readonly k: number;
  readonly parts: number;
  readonly aRows: boolean;
  readonly bRows: boolean;
  readonly vectors: boolean;
  /** Whether some of it is kept as halves. */
  readonly half: boolean;
}

/** The name under which the fastest tile of a product is kept. */
export function tileKey({ m, n, k, parts, aRows, bRows, vectors, half }: ProductShape): string {
  const layout = `${aRows ? 'n' : 't'}${bRows ? 'n' : 't'}`;
  return `tile of ${m}x${n}x${k}${parts === 1 ? '' : ` in ${parts}`} ${layout}${vectors ? '' : ' odd'}${half ? ' half' : ''}`;
}

/** Floating-point operations, a multiply-add counting as two. */
export function workOf({ m, n, k, parts }: ProductShape): number {
  return 2 * m * n * k * parts;
}
