import type { Plan } from '../../plan/plan.ts';
import { dispatchesOf, type EncodedPlan, encodePlan } from './encode.ts';
import type { Pipelines } from './pipelines.ts';
import type { Dispatch } from './program.ts';
import { type ProductShape, shapeKey, type Tile, tileBytes, tiles, workOf } from './tiles.ts';
import type { Tuning } from './tuning.ts';

/** What was measured on this machine, kept from run to run. A memory may be lost: what is missing is measured again. */
export interface TileMemory {
  get(key: string): Promise<number | undefined>;
  set(key: string, place: number): Promise<void>;
}

export interface TuneOptions {
  readonly plan: Plan;
  readonly encoded: EncodedPlan;
  readonly tuning: Tuning;
  /** The tiles that `tuning` asks for; where what was found is put. */
  readonly found: Map<string, Tile>;
  /** Operations from which a product is worth a measurement. */
  readonly leastWork: number;
  readonly memory: TileMemory | null;
  /** Name of the adapter, for the memory. */
  readonly device: string;
}

/** Large products whose best tile is not known, by the keys of their shapes. */
export type UnknownTiles = ReadonlyMap<string, ProductShape>;

/** Seconds that are timed at once: clocks of browsers go in tenths of a millisecond. */
const timedSeconds = 0.01;
const mostRepeats = 2000;
const attempts = 2;
/** Another tile than the usual one must be faster by this factor: less is noise. */
const clearlyFaster = 1.03;

interface Timed {
  readonly tile: Tile;
  readonly seconds: number;
  /** Whether it is taken where nothing was measured. */
  readonly usual: boolean;
}

/** Takes the tiles that are remembered for the large products of a plan. @returns the products that have none. */
export async function recallTiles(options: TuneOptions): Promise<UnknownTiles> {
  const { plan, encoded, tuning, found, leastWork, memory } = options;
  const shapes = new Map<string, ProductShape>();
  for (const { product } of dispatchesOf(plan, encoded)) {
    if (product === undefined || workOf(product) < leastWork) continue;
    const key = shapeKey(product);
    if (!found.has(key)) shapes.set(key, product);
  }
  for (const [key, shape] of shapes) {
    const place = await memory?.get(memoryKey(options, key));
    const tile = place === undefined ? undefined : tiles[place - 1];
    if (tile === undefined || !fits(tile, shape, tuning)) continue;
    found.set(key, tile);
    shapes.delete(key);
  }
  return shapes;
}

/**
 * Times products of a plan with every tile that the adapter has memory for, and remembers the fastest of each. Every
 * tile adds up in the same order, so that the choice changes no bit. Overwrites the plan's memory.
 * @param time seconds of a dispatch that is made so many times, on the device's clock.
 */
export async function measureTiles(
  options: TuneOptions,
  unknown: UnknownTiles,
  pipelines: Pipelines,
  time: (dispatch: Dispatch, repeats: number) => Promise<number>,
): Promise<void> {
  const { plan, encoded, tuning, found, memory } = options;
  const usual = productsOf(dispatchesOf(plan, encoded), unknown);
  const measured = new Map<string, Timed[]>();
  for (const tile of tiles) {
    const forced = encodePlan(plan, { ...tuning, tiles: { get: () => tile } });
    const fitting = [...productsOf(dispatchesOf(plan, forced), unknown)].filter(([, { product }]) =>
      fits(tile, product, tuning),
    );
    await pipelines.prepare(fitting.map(([, dispatch]) => dispatch));
    for (const [key, dispatch] of fitting) {
      const seconds = await secondsOf(dispatch, time);
      const timed = { tile, seconds, usual: usual.get(key)?.source === dispatch.source };
      measured.set(key, [...(measured.get(key) ?? []), timed]);
    }
  }
  for (const [key, timed] of measured) {
    const best = timed.reduce((fastest, one) => (one.seconds < fastest.seconds ? one : fastest));
    const asUsual = timed.find((one) => one.usual);
    const chosen = asUsual !== undefined && asUsual.seconds < best.seconds * clearlyFaster ? asUsual : best;
    found.set(key, chosen.tile);
    await memory?.set(memoryKey(options, key), tiles.indexOf(chosen.tile) + 1);
  }
}

type ProductDispatch = Dispatch & { readonly product: ProductShape };

/** The first dispatch of each of some products, by the keys of their shapes. */
function productsOf(dispatches: readonly Dispatch[], wanted: UnknownTiles): Map<string, ProductDispatch> {
  const products = new Map<string, ProductDispatch>();
  for (const dispatch of dispatches) {
    const { product } = dispatch;
    if (product === undefined) continue;
    const key = shapeKey(product);
    if (wanted.has(key) && !products.has(key)) products.set(key, { ...dispatch, product });
  }
  return products;
}

function memoryKey({ device }: TuneOptions, shape: string): string {
  return `${device} | product ${shape}`;
}

/** The least of some measurements, each of as many dispatches as the clock needs. */
async function secondsOf(
  dispatch: Dispatch,
  time: (dispatch: Dispatch, repeats: number) => Promise<number>,
): Promise<number> {
  let repeats = 1;
  // The first one may still compile.
  await time(dispatch, repeats);
  let taken = await time(dispatch, repeats);
  while (taken < timedSeconds && repeats < mostRepeats) {
    const wanted = (1.2 * repeats * timedSeconds) / Math.max(taken, 1e-6);
    repeats = Math.min(mostRepeats, Math.max(2 * repeats, Math.ceil(wanted)));
    taken = await time(dispatch, repeats);
  }
  let best = taken / repeats;
  for (let attempt = 1; attempt < attempts; attempt++) {
    best = Math.min(best, (await time(dispatch, repeats)) / repeats);
  }
  return best;
}

function fits(tile: Tile, { aRows, bRows }: ProductShape, { workgroupBytes }: Tuning): boolean {
  return tileBytes(tile, aRows, bRows) <= workgroupBytes;
}
