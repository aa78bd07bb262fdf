import type { Plan } from '../../plan/plan.ts';
import type { Choice } from './choice.ts';
import { dispatchesOf, type EncodedPlan, encodePlan } from './encode.ts';
import type { Pipelines } from './pipelines.ts';
import type { Dispatch } from './program.ts';
import type { Tuning } from './tuning.ts';

/** What was measured on this machine, kept from run to run. A memory may be lost: what is missing is measured again. */
export interface TuningMemory {
  get(key: string): Promise<number | undefined>;
  set(key: string, place: number): Promise<void>;
}

export interface TuneOptions {
  readonly plan: Plan;
  readonly encoded: EncodedPlan;
  readonly tuning: Tuning;
  /** The ways that `tuning` asks for; where what was found is put. */
  readonly found: Map<string, number>;
  /** Operations from which a choice is worth a measurement. */
  readonly leastWork: number;
  readonly memory: TuningMemory | null;
  /** Name of the adapter, for the memory. */
  readonly device: string;
  /** Is told of every measurement. */
  readonly onMeasured?: ((measurement: Measurement) => void) | undefined;
}

/** What was found out about one choice. */
export interface Measurement {
  readonly key: string;
  /** Seconds of each way, in the order of the ways; of several shaders together where it takes several. */
  readonly seconds: readonly number[];
  readonly usual: number;
  readonly taken: number;
}

/** What could be done in several ways of which the fastest is not known, by its key. */
export type OpenChoices = ReadonlyMap<string, Choice>;

/** Seconds that are timed at once: clocks of browsers go in tenths of a millisecond. */
const timedSeconds = 0.01;
const mostRepeats = 2000;
const attempts = 2;
/** Another way than the usual one must be faster by this factor: less is noise. */
const clearlyFaster = 1.03;

interface Timed {
  readonly way: number;
  readonly seconds: number;
}

/** Takes the ways that are remembered for the large work of a plan. @returns what nothing is remembered of. */
export async function recallWays(options: TuneOptions): Promise<OpenChoices> {
  const { plan, encoded, found, leastWork, memory } = options;
  const open = new Map<string, Choice>();
  for (const { choice } of dispatchesOf(plan, encoded)) {
    if (choice === undefined || choice.ways < 2 || choice.work < leastWork) continue;
    if (!found.has(choice.key)) open.set(choice.key, choice);
  }
  for (const [key, { ways }] of open) {
    const place = await memory?.get(memoryKey(options, key));
    if (place === undefined || place < 1 || place > ways) continue;
    found.set(key, place - 1);
    open.delete(key);
  }
  return open;
}

/**
 * Times the open choices of a plan in every way, and remembers the fastest of each. Overwrites the plan's memory.
 * @param time seconds of a dispatch that is made so many times, on the device's clock.
 */
export async function measureWays(
  options: TuneOptions,
  open: OpenChoices,
  pipelines: Pipelines,
  time: (dispatch: Dispatch, repeats: number) => Promise<number>,
): Promise<void> {
  const { plan, tuning, found, memory } = options;
  const measured = new Map<string, Timed[]>();
  const most = Math.max(...[...open.values()].map(({ ways }) => ways));
  for (let way = 0; way < most; way++) {
    const forced = encodePlan(plan, { ...tuning, ways: { get: () => way } });
    const dispatches = differentDispatches(dispatchesOf(plan, forced), open, way);
    await pipelines.prepare([...dispatches.values()].flat());
    for (const [key, ones] of dispatches) {
      let seconds = 0;
      for (const dispatch of ones) seconds += await secondsOf(dispatch, time);
      measured.set(key, [...(measured.get(key) ?? []), { way, seconds }]);
    }
  }
  for (const [key, timed] of measured) {
    const usual = timed.find(({ way }) => way === open.get(key)?.usual);
    const best = timed.reduce((fastest, one) => (one.seconds < fastest.seconds ? one : fastest));
    const chosen = usual !== undefined && usual.seconds < best.seconds * clearlyFaster ? usual : best;
    found.set(key, chosen.way);
    options.onMeasured?.({
      key,
      seconds: timed.map(({ seconds }) => seconds),
      usual: open.get(key)?.usual ?? 0,
      taken: chosen.way,
    });
    await memory?.set(memoryKey(options, key), chosen.way + 1);
  }
}

/** For each open choice that was taken this way its dispatches, one of each shader. */
function differentDispatches(
  dispatches: readonly Dispatch[],
  open: OpenChoices,
  way: number,
): Map<string, Dispatch[]> {
  const different = new Map<string, Map<string, Dispatch>>();
  for (const dispatch of dispatches) {
    const { choice, source } = dispatch;
    if (choice === undefined || choice.way !== way || !open.has(choice.key)) continue;
    const known = different.get(choice.key) ?? new Map<string, Dispatch>();
    different.set(choice.key, known);
    if (!known.has(source)) known.set(source, dispatch);
  }
  return new Map([...different].map(([key, known]) => [key, [...known.values()]]));
}

function memoryKey({ device }: TuneOptions, key: string): string {
  return `${device} | ${key}`;
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
