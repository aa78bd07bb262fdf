import type { BackendName } from '../contract/backend-name.ts';
import type { SlotId } from '../ops/matrix.ts';
import type { Op } from '../ops/op.ts';
import type { Extent, Plan, ProgramName } from '../plan/plan.ts';

/** Float values cross this boundary in the backend's own precision: float64 for the reference, float32 elsewhere. */
export type FloatArray = Float32Array | Float64Array;

export type { BackendName };

export interface BackendInfo {
  readonly name: BackendName;
  readonly precision: 'float32' | 'float64';
  /** For a person: "AVX2 and FMA, 2 threads", "WebAssembly SIMD". */
  readonly description: string;
  readonly threads: number;
  /**
   * Updates that may be begun before the result of the first of them is known. A device of its own works on while
   * nobody asks; default 0, for what has computed by the time it answers.
   */
  readonly resultsBehind?: number;
  /** A device that is only pretended by the processor (a software adapter): `auto` never takes it. */
  readonly software?: boolean;
}

/** The one answer to "can you": true, or a reason a person can read. */
export type Support = true | { readonly reason: string };

/**
 * Runs plans. An instance is made by a factory that is given everything of the platform it needs; it holds no global
 * state, and nothing is chosen in silence: whoever picks another backend says so.
 */
export interface Backend {
  readonly info: BackendInfo;
  supports(op: Op): Support;
  /**
   * Recurrences of a plan that asks for `float16` storage whose gates are kept so, by their slots. Left out by a backend
   * that keeps floats whatever a plan asks for.
   */
  halves?(plan: Plan): ReadonlySet<SlotId>;
  /** Bytes that `prepare` will take for a plan: its slots and the backend's own buffers. */
  estimate(plan: Plan): number;
  /** Allocates every buffer and compiles every program. Slots start at zero. Throws `backend/unsupported`. */
  prepare(plan: Plan): Promise<Executable>;
  dispose(): void;
}

/** A prepared plan with its memory. Not reentrant: one run at a time. */
export interface Executable {
  /** Copies values into a slot from its start. At most the slot's size; throws `internal` beyond it. */
  writeFloats(slot: SlotId, values: FloatArray): void;
  writeInts(slot: SlotId, values: Int32Array): void;
  /** Copies the first `count` values out of a slot. */
  readFloats(slot: SlotId, count: number): Promise<FloatArray> | FloatArray;
  readInts(slot: SlotId, count: number): Promise<Int32Array> | Int32Array;
  /**
   * Runs a program for an extent no larger than the plan's. Runs happen in the order they were asked for; a backend
   * that computes asynchronously returns a promise that is fulfilled when the program was submitted.
   */
  run(program: ProgramName, extent: Extent): Promise<void> | void;
  dispose(): void;
}
