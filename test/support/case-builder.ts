import { RandomStream } from '../../engine/base/rng.ts';
import type { Matrix, Rows, SlotId } from '../../engine/ops/matrix.ts';
import type { Op } from '../../engine/ops/op.ts';
import {
  type Extent,
  type ProgramName,
  resultCount,
  resultIndex,
  type Slot,
  scalarCount,
  scalarIndex,
  slotSize,
} from '../../engine/plan/plan.ts';
import {
  type Case,
  type CaseRun,
  type Elements,
  type GradientCheck,
  singlePrecision,
  type Tolerance,
  type Variable,
} from './case.ts';

/** What outputs hold before a run, so that a backend that adds where it should overwrite is seen. */
const stale = Math.fround(123.456);
/** What lies around windows and behind slots. */
const sentinel = Math.fround(-98765.43);

/**
 * How a slot is filled: one number, given values, or uniform random numbers in [-scale, scale], all rounded to float32;
 * or given values in all their float64 digits, to compare the reference with another library.
 */
export type Fill =
  | number
  | readonly number[]
  | { readonly scale: number }
  | { readonly exactly: readonly number[] };

export const outputFill: Fill = stale;

/** A window in a wider slot: unused columns to its left and right. */
export interface Margin {
  readonly left: number;
  readonly right: number;
}

/** Writes a plan by hand: slots with values, ops, and what to compare. */
export class CaseBuilder {
  readonly extent: Extent;
  readonly #capacity: Extent;
  readonly #random: RandomStream;
  readonly #slots: Slot[] = [];
  readonly #floats = new Map<SlotId, Float64Array>();
  readonly #ints = new Map<SlotId, Int32Array>();
  readonly #programs: Record<ProgramName, Op[]> = {
    predict: [],
    evaluate: [],
    gradients: [],
    zeroGradients: [],
    update: [],
  };
  readonly #unspecified = new Set<SlotId>();
  readonly #objective: GradientCheck['objective'][number][] = [];
  readonly #variables: Variable[] = [];
  readonly scalars: SlotId;
  readonly results: SlotId;
  readonly random: SlotId;

  /**
   * @param name seeds the random values of the case.
   * @param capacity the extent of the plan, where it is larger than that of the run.
   */
  constructor(name: string, extent: Extent, capacity: Extent = extent) {
    this.extent = extent;
    this.#capacity = capacity;
    this.#random = new RandomStream(hash(name), 1);
    this.scalars = this.vector('scalars', scalarCount, 0);
    this.results = this.vector('results', resultCount, stale);
    this.random = this.integers('random', { fixed: 4 }, [12345, 678, 90, 0]);
    this.#value(this.scalars)[scalarIndex.lossScale] = 1;
  }

  /** A float slot of `count` values. */
  vector(name: string, count: number, fill: Fill): SlotId {
    return this.#addFloats(name, { fixed: count }, () => true, fill);
  }

  /** A matrix with one row per timestep and sample, or per sample. */
  matrix(
    name: string,
    rows: Rows,
    columns: number,
    fill: Fill,
    margin: Margin = { left: 0, right: 0 },
  ): Matrix {
    const stride = margin.left + columns + margin.right;
    const inside = (index: number): boolean => {
      const column = index % stride;
      return column >= margin.left && column < margin.left + columns;
    };
    const size = rows === 'sequence' ? { perSequenceRow: stride } : { perBatchRow: stride };
    const slot = this.#addFloats(name, size, inside, fill);
    return { slot, column: margin.left, columns, stride };
  }

  integers(name: string, size: SizeOf, values: readonly number[]): SlotId {
    const slot = this.#addSlot(name, 'int', size);
    const count = slotSize(slot, this.#capacity);
    this.#ints.set(
      slot.id,
      Int32Array.from({ length: count }, (_, index) => values[index] ?? -1),
    );
    this.#addFence(name);
    return slot.id;
  }

  scalar(name: keyof typeof scalarIndex, value: number): void {
    this.#value(this.scalars)[scalarIndex[name]] = value;
  }

  /** Seed and step of random ops: [seedLow, seedHigh, stepLow, stepHigh]. */
  randomWords(words: readonly [number, number, number, number]): void {
    this.#ints.set(this.random, Int32Array.from(words));
  }

  add(program: ProgramName, ...ops: readonly Op[]): void {
    this.#programs[program].push(...ops);
  }

  leaveUnspecified(...slots: readonly (SlotId | null)[]): void {
    for (const slot of slots) if (slot !== null) this.#unspecified.add(slot);
  }

  /** The elements of a matrix that a run of this extent uses. */
  elements(matrix: Matrix, rows: Rows): Elements {
    const count = rows === 'sequence' ? this.extent.timesteps * this.extent.batch : this.extent.batch;
    const indices: number[] = [];
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < matrix.columns; column++) {
        indices.push(row * matrix.stride + matrix.column + column);
      }
    }
    return { slot: matrix.slot, indices };
  }

  /** The first `count` elements of a slot, or all of them. */
  all(slot: SlotId, count = this.#value(slot).length): Elements {
    return { slot, indices: Array.from({ length: count }, (_, index) => index) };
  }

  /** The objective of the gradient check gains sum(value * weight). */
  objective(value: Elements, weight: Elements | number): void {
    this.#objective.push({ value, weight });
  }

  /** The objective gains one of the results, such as the loss. */
  objectiveResult(name: keyof typeof resultIndex): void {
    this.objective({ slot: this.results, indices: [resultIndex[name]] }, 1);
  }

  variable(name: string, value: Elements, gradient: Elements, accumulated = false): void {
    this.#variables.push({ name, value, gradient, accumulated });
  }

  build(runs: readonly (ProgramName | CaseRun)[], tolerance: Tolerance = singlePrecision): Case {
    const { scalars, results, random } = this;
    return {
      plan: {
        extent: this.#capacity,
        slots: this.#slots,
        programs: this.#programs,
        scalars,
        results,
        random,
      },
      floats: this.#floats,
      ints: this.#ints,
      runs: runs.map((run) =>
        typeof run === 'string' ? { program: run, extent: this.extent, writes: new Map() } : run,
      ),
      unspecified: this.#unspecified,
      tolerance,
      gradients:
        this.#variables.length === 0 ? null : { objective: this.#objective, variables: this.#variables },
    };
  }

  #addFloats(name: string, size: SizeOf, inside: (index: number) => boolean, fill: Fill): SlotId {
    const slot = this.#addSlot(name, 'float', size);
    let next = 0;
    const values = Float64Array.from({ length: slotSize(slot, this.#capacity) }, (_, index) => {
      if (!inside(index)) return sentinel;
      if (typeof fill === 'number') return Math.fround(fill);
      if ('exactly' in fill) return fill.exactly[next++] ?? sentinel;
      if ('scale' in fill) return Math.fround((2 * this.#random.nextDouble() - 1) * fill.scale);
      return Math.fround(fill[next++] ?? sentinel);
    });
    this.#floats.set(slot.id, values);
    this.#addFence(name);
    return slot.id;
  }

  /** An odd number of sentinels behind every slot; the next slot then also starts at an odd place. */
  #addFence(name: string): void {
    const fence = this.#addSlot(`fence/${name}`, 'float', { fixed: 5 });
    this.#floats.set(fence.id, new Float64Array(5).fill(sentinel));
  }

  #addSlot(name: string, type: Slot['type'], size: SizeOf): Slot {
    const slot: Slot = {
      id: this.#slots.length,
      name,
      type,
      role: 'activation',
      perSequenceRow: 0,
      perBatchRow: 0,
      fixed: 0,
      ...size,
    };
    this.#slots.push(slot);
    return slot;
  }

  #value(slot: SlotId): Float64Array {
    return this.#floats.get(slot) as Float64Array;
  }
}

type SizeOf = Partial<Pick<Slot, 'perSequenceRow' | 'perBatchRow' | 'fixed'>>;

/** FNV-1a, so that each case has its own random values and keeps them when others come and go. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text)
    value = Math.imul(value ^ (character.codePointAt(0) as number), 0x01000193) >>> 0;
  return value;
}
