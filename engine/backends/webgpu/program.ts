import { assertDefined, WorkbenchError } from '../../base/errors.ts';
import type { Matrix, Rows, SlotId } from '../../ops/matrix.ts';
import type { Extent, Plan } from '../../plan/plan.ts';
import type { Banks } from './banks.ts';
import type { Choice } from './choice.ts';
import { groupSize, type Kernel, kernelSource, parameterBlock } from './kernel.ts';
import { aligned, type Layout } from './layout.ts';
import type { Constants } from './template.ts';
import type { Tuning } from './tuning.ts';

/** One dispatch of a program: which pipeline, with which numbers, on how many workgroups. */
export interface Dispatch {
  readonly name: string;
  /** The complete WGSL; pipelines are kept by it. */
  readonly source: string;
  readonly block: Uint32Array<ArrayBuffer>;
  readonly groups: readonly [number, number, number];
  /** Where it could be made in other ways too. */
  readonly choice?: Choice;
}

/** A matrix window as shaders address it. */
export interface Window {
  /** Element of the float (or int) buffer at which its first row begins. */
  readonly at: number;
  readonly stride: number;
  readonly columns: number;
}

/** Numbers that ops need in the buffers beside the slots, written once. Kept by their content. */
export class Tables {
  readonly #entries = new Map<string, { readonly offset: number; readonly values: readonly number[] }>();
  #size = 0;

  /** The offset of a table from the start of all tables. */
  add(values: readonly number[]): number {
    const key = values.join(' ');
    const known = this.#entries.get(key);
    if (known !== undefined) return known.offset;
    const offset = this.#size;
    this.#entries.set(key, { offset, values });
    this.#size += aligned(values.length);
    return offset;
  }

  get size(): number {
    return this.#size;
  }

  get entries(): Iterable<{ readonly offset: number; readonly values: readonly number[] }> {
    return this.#entries.values();
  }
}

/** Sources of kernels, each made once: a recurrence asks for the same one at every timestep. */
export class Sources {
  readonly #banks: Banks;
  readonly #known = new Map<Kernel, Map<string, string>>();

  constructor(banks: Banks) {
    this.#banks = banks;
  }

  of(kernel: Kernel, constants: Constants): string {
    const known = this.#known.get(kernel) ?? new Map<string, string>();
    this.#known.set(kernel, known);
    const key = JSON.stringify(constants);
    const source = known.get(key) ?? kernelSource(kernel, constants, this.#banks);
    known.set(key, source);
    return source;
  }
}

/** Where the parts of the buffers behind the slots begin. */
export interface Regions {
  readonly floatTables: number;
  readonly integerTables: number;
  readonly workspace: number;
  readonly halfWorkspace: number;
}

/** Elements that an op takes one behind the other, and the most that any took. */
class Workspace {
  #taken = 0;
  largest = 0;

  begin(): void {
    this.#taken = 0;
  }

  take(elements: number): number {
    const at = this.#taken;
    this.#taken += aligned(elements);
    this.largest = Math.max(this.largest, this.#taken);
    return at;
  }
}

/** Most workgroups in one dimension of a grid, on every adapter. */
const gridLimit = 65_535;

/** Collects the dispatches of a program for one extent. */
export class ProgramWriter {
  readonly plan: Plan;
  readonly extent: Extent;
  readonly tuning: Tuning;
  readonly #layout: Layout;
  readonly #regions: Regions;
  readonly #tables: { readonly floats: Tables; readonly integers: Tables };
  readonly #sources: Sources;
  readonly #dispatches: Dispatch[] = [];
  readonly #workspace = new Workspace();
  readonly #halfWorkspace = new Workspace();

  constructor(
    plan: Plan,
    extent: Extent,
    tuning: Tuning,
    layout: Layout,
    regions: Regions,
    tables: { readonly floats: Tables; readonly integers: Tables },
    sources: Sources,
  ) {
    this.plan = plan;
    this.extent = extent;
    this.tuning = tuning;
    this.#layout = layout;
    this.#regions = regions;
    this.#tables = tables;
    this.#sources = sources;
  }

  get dispatches(): readonly Dispatch[] {
    return this.#dispatches;
  }

  /** Most elements of workspace that one op asked for: floats and halves. */
  get workspaceElements(): { readonly floats: number; readonly halves: number } {
    return { floats: this.#workspace.largest, halves: this.#halfWorkspace.largest };
  }

  /** Ops run one after the other: each may use the whole workspace. */
  beginOp(): void {
    this.#workspace.begin();
    this.#halfWorkspace.begin();
  }

  rows(rows: Rows): number {
    const { timesteps, batch } = this.extent;
    return rows === 'sequence' ? timesteps * batch : batch;
  }

  /** Whether a slot is kept as halves. */
  isHalf(slot: SlotId): boolean {
    return assertDefined(this.#layout.places.get(slot), `slot ${slot} of the plan`).type === 'half';
  }

  /** Where a slot begins in the buffer of its type. */
  at(slot: SlotId): number {
    return assertDefined(this.#layout.places.get(slot), `slot ${slot} of the plan`).offset;
  }

  /** The same, or 0 for a slot that an op does without. */
  atOrZero(slot: SlotId | null): number {
    return slot === null ? 0 : this.at(slot);
  }

  size(slot: SlotId): number {
    return assertDefined(this.#layout.places.get(slot), `slot ${slot} of the plan`).size;
  }

  window({ slot, column, columns, stride }: Matrix): Window {
    return { at: this.at(slot) + column, stride, columns };
  }

  /** Scratch memory in the float buffer; several in one op do not overlap. */
  workspace(elements: number): number {
    return this.#regions.workspace + this.#workspace.take(elements);
  }

  /** The same in the buffer of halves. */
  halfWorkspace(elements: number): number {
    return this.#regions.halfWorkspace + this.#halfWorkspace.take(elements);
  }

  /** Where constant floats lie. */
  floatTable(values: readonly number[]): number {
    return this.#regions.floatTables + this.#tables.floats.add(values);
  }

  integerTable(values: readonly number[]): number {
    return this.#regions.integerTables + this.#tables.integers.add(values);
  }

  dispatch<Integer extends string, Float extends string>(
    kernel: Kernel<Integer, Float>,
    constants: Constants,
    values: Readonly<Record<Integer | Float, number>>,
    groups: readonly [number, number, number],
    choice?: Choice,
  ): void {
    if (groups.some((count) => count > gridLimit)) {
      throw new WorkbenchError('internal', `A grid of ${groups.join(' x ')} workgroups for ${kernel.name}`);
    }
    if (groups.includes(0)) return;
    this.#dispatches.push({
      name: kernel.name,
      source: this.#sources.of(kernel, constants),
      block: parameterBlock(kernel, values),
      groups,
      ...(choice === undefined ? {} : { choice }),
    });
  }

  /** A kernel with one invocation for each of `values.count` elements. */
  elementwise<Integer extends string, Float extends string>(
    kernel: Kernel<Integer | 'count', Float>,
    constants: Constants,
    values: Readonly<Record<Integer | 'count' | Float, number>>,
  ): void {
    this.groupwise(kernel, constants, values, Math.ceil(values.count / groupSize));
  }

  /** A kernel with that many workgroups, numbered through two dimensions of the grid. */
  groupwise<Integer extends string, Float extends string>(
    kernel: Kernel<Integer, Float>,
    constants: Constants,
    values: Readonly<Record<Integer | Float, number>>,
    count: number,
    choice?: Choice,
  ): void {
    const rows = Math.ceil(count / gridLimit);
    this.dispatch(kernel, constants, values, [rows === 0 ? 0 : Math.ceil(count / rows), rows, 1], choice);
  }
}
