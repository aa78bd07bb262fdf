import { type Plan, programNames } from '../../plan/plan.ts';
import { type EncodedPlan, encodePlan } from './encode.ts';
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
  /** Where what was found is put. */
  readonly found: Map<string, Tile>;
  /** Operations from which a product is worth a measurement. */
  readonly leastWork: number;
  readonly pipelines: Pipelines;
  /** Seconds of a dispatch that is made so many times, on the device's clock. */
  readonly time: (dispatch: Dispatch, repeats: number) => Promise<number>;
  readonly memory: TileMemory | null;
  /** Name of the adapter, for the memory. */
  readonly device: string;
}

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

/**
 * Times the large products of a plan with every tile that the adapter has memory for, and notes the fastest of each.
 * Every tile adds up in the same order, so that the choice changes no bit. Overwrites the plan's memory.
 */
export async function tuneProducts(options: TuneOptions): Promise<void> {
  const { plan, encoded, tuning, found, leastWork, memory, device } = options;
  const shapes = new Map<string, ProductShape>();
  for (const { product } of dispatchesOf(plan, encoded)) {
    if (product === undefined || workOf(product) < leastWork) continue;
    const key = shapeKey(product);
    if (!found.has(key)) shapes.set(key, product);
  }
  for (const [key, shape] of shapes) {
    const place = await memory?.get(`${device} | product ${key}`);
    const tile = place === undefined ? undefined : tiles[place - 1];
    if (tile === undefined || !fits(tile, shape, tuning)) continue;
    found.set(key, tile);
    shapes.delete(key);
  }
  if (shapes.size === 0) return;
  const seconds = new Map<
    string,
    { readonly tile: Tile; readonly seconds: number; readonly usual: boolean }[]
  >();
  for (const tile of tiles) await timeTile(options, shapes, tile, seconds);
  for (const [key, timed] of seconds) {
    const best = timed.reduce((fastest, one) => (one.seconds < fastest.seconds ? one : fastest));
    const usual = timed.find((one) => one.usual);
    const chosen = usual !== undefined && usual.seconds < best.seconds * clearlyFaster ? usual : best;
    found.set(key, chosen.tile);
    await memory?.set(`${device} | product ${key}`, tiles.indexOf(chosen.tile) + 1);
  }
}

async function timeTile(
  { plan, encoded, tuning, pipelines, time }: TuneOptions,
  shapes: ReadonlyMap<string, ProductShape>,
  tile: Tile,
  seconds: Map<string, Timed[]>,
): Promise<void> {
  const usual = new Map(
    dispatchesOf(plan, encoded).flatMap(({ product, source }) =>
      product === undefined ? [] : [[shapeKey(product), source] as const],
    ),
  );
  const forced = dispatchesOf(plan, encodePlan(plan, { ...tuning, tiles: { get: () => tile } }));
  const wanted = new Map<string, Dispatch>();
  for (const dispatch of forced) {
    const { product } = dispatch;
    if (product === undefined || !fits(tile, product, tuning)) continue;
    const key = shapeKey(product);
    if (shapes.has(key) && !wanted.has(key)) wanted.set(key, dispatch);
  }
  await pipelines.prepare([...wanted.values()]);
  for (const [key, dispatch] of wanted) {
    const best = await secondsOf(dispatch, time);
    const timed = seconds.get(key) ?? [];
    seconds.set(key, [...timed, { tile, seconds: best, usual: usual.get(key) === dispatch.source }]);
  }
}

/** The least of some measurements, each of as many dispatches as the clock needs. */
async function secondsOf(dispatch: Dispatch, time: TuneOptions['time']): Promise<number> {
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

function dispatchesOf(plan: Plan, encoded: EncodedPlan): readonly Dispatch[] {
  return programNames.flatMap((name) => encoded.encode(name, plan.extent));
}
