import { assertDefined, WorkbenchError } from '../../base/errors.ts';
import type { Matrix, SlotId } from '../../ops/matrix.ts';
import type { Op, OpKind } from '../../ops/op.ts';
import { type Extent, type Plan, type ProgramName, programNames, slotSize } from '../../plan/plan.ts';
import { encoders } from './encode/table.ts';

/** Position in this list is the op's number in a program: the order of `KERNEL_OPS` in program.h. */
export const opKinds: readonly OpKind[] = [
  'gruForward',
  'gruBackward',
  'embeddingForward',
  'embeddingBackward',
  'denseForward',
  'denseBackward',
  'dropout',
  'randomMask',
  'add',
  'poolForward',
  'poolBackward',
  'attentionForward',
  'attentionBackward',
  'loss',
  'zero',
  'regularize',
  'clipGradients',
  'optimizerUpdate',
  'constrain',
  'movingAverage',
];

/** Slots begin at multiples of this many elements: one cache line. */
const alignment = 16;

/** A plan laid out in one arena of 4-byte elements: every slot, then one workspace that the ops share. */
export interface EncodedPlan {
  /** Elements in the arena. */
  readonly elements: number;
  /** First element of each slot. */
  readonly offsets: ReadonlyMap<SlotId, number>;
  readonly sizes: ReadonlyMap<SlotId, number>;
  readonly programs: Readonly<Record<ProgramName, Int32Array<ArrayBuffer>>>;
}

/**
 * Writes the arguments of one op. The op's C++ function reads slots and numbers in the same order (see program.h).
 */
export class RecordWriter {
  readonly plan: Plan;
  /** Threads of a run: for workspace that each thread needs for itself. */
  readonly threads: number;
  readonly #offsets: ReadonlyMap<SlotId, number>;
  readonly #workspaceStart: number;
  readonly #slots: number[] = [];
  readonly #numbers: number[] = [];
  #workspace = 0;

  constructor(plan: Plan, threads: number, offsets: ReadonlyMap<SlotId, number>, workspaceStart: number) {
    this.plan = plan;
    this.threads = threads;
    this.#offsets = offsets;
    this.#workspaceStart = workspaceStart;
  }

  /** The largest extent of a run, for the size of a workspace. */
  get extent(): Extent {
    return this.plan.extent;
  }

  /** Elements of workspace asked for so far. */
  get workspaceElements(): number {
    return this.#workspace;
  }

  integer(value: number): this {
    this.#numbers.push(value | 0);
    return this;
  }

  flag(value: boolean): this {
    return this.integer(value ? 1 : 0);
  }

  float(value: number): this {
    return this.integer(floatBits(value));
  }

  /** A slot, float or int; null is allowed. */
  slot(id: SlotId | null): this {
    this.#slots.push(id === null ? -1 : this.#offset(id));
    return this;
  }

  matrix(matrix: Matrix | null): this {
    this.#slots.push(matrix === null ? -1 : this.#offset(matrix.slot) + matrix.column);
    return this.integer(matrix?.columns ?? 0).integer(matrix?.stride ?? 0);
  }

  /** Scratch memory, read like a slot. Several in one op do not overlap. */
  workspace(elements: number): this {
    this.#slots.push(this.#workspaceStart + this.#workspace);
    this.#workspace += roundUp(elements);
    return this;
  }

  /** Elements in a slot at the plan's extent. */
  size(id: SlotId): number {
    return slotSize(slotOf(this.plan, id), this.plan.extent);
  }

  words(kind: OpKind): number[] {
    const length = 3 + this.#slots.length + this.#numbers.length;
    return [opKinds.indexOf(kind), length, this.#slots.length, ...this.#slots, ...this.#numbers];
  }

  #offset(id: SlotId): number {
    return assertDefined(this.#offsets.get(id), `slot ${id} of the plan`);
  }
}

/** Lays out a plan and encodes its programs for a number of threads. */
export function encodePlan(plan: Plan, threads: number): EncodedPlan {
  const offsets = new Map<SlotId, number>();
  const sizes = new Map<SlotId, number>();
  let end = 0;
  for (const slot of plan.slots) {
    const size = slotSize(slot, plan.extent);
    offsets.set(slot.id, end);
    sizes.set(slot.id, size);
    end += roundUp(size);
  }
  let workspace = 0;
  const encodeProgram = (name: ProgramName): Int32Array<ArrayBuffer> => {
    const words: number[] = [];
    for (const op of plan.programs[name]) {
      const record = new RecordWriter(plan, threads, offsets, end);
      encodeOp(op, record);
      workspace = Math.max(workspace, record.workspaceElements);
      for (const word of record.words(op.kind)) words.push(word);
    }
    return Int32Array.from(words);
  };
  const programs = Object.fromEntries(programNames.map((name) => [name, encodeProgram(name)])) as Record<
    ProgramName,
    Int32Array<ArrayBuffer>
  >;
  const elements = end + workspace;
  if (elements >= 2 ** 31) {
    throw new WorkbenchError(
      'backend/unsupported',
      'The model needs more than 8 GiB at this batch size and length',
      {
        hint: 'Use a smaller batch, shorter windows or fewer units.',
        data: { elements },
      },
    );
  }
  return { elements, offsets, sizes, programs };
}

function encodeOp<Kind extends OpKind>(op: Extract<Op, { kind: Kind }>, record: RecordWriter): void {
  const encode = encoders[op.kind] as ((op: Op, record: RecordWriter) => void) | undefined;
  if (encode === undefined) throw new WorkbenchError('internal', `No encoder for ${op.kind}`);
  encode(op, record);
}

function slotOf(plan: Plan, id: SlotId): Plan['slots'][number] {
  return assertDefined(
    plan.slots[id]?.id === id ? plan.slots[id] : plan.slots.find((slot) => slot.id === id),
    `slot ${id} of the plan`,
  );
}

function roundUp(elements: number): number {
  return Math.ceil(elements / alignment) * alignment;
}

function floatBits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0] as number;
}
