import { assertDefined } from '../../base/errors.ts';
import type { SlotId } from '../../ops/matrix.ts';
import type { OptimizerUpdate } from '../../ops/op.ts';
import { type Plan, type Slot, slotSize } from '../../plan/plan.ts';

/** Slots begin at multiples of this many elements: one vector of four. */
const alignment = 4;

/**
 * Where everything of a plan lies, in elements: all floats one behind the other (`banks.ts` says in which buffers), all
 * integers in a buffer of their own, and so what is kept as halves. One binding for each keeps every op within the
 * bindings that any adapter has, and may be read and written at any place.
 */
export interface Layout {
  readonly places: ReadonlyMap<SlotId, Place>;
  /** Ends of the slots; tables and workspace follow. */
  readonly floats: number;
  readonly integers: number;
  readonly halves: number;
}

export interface Place {
  readonly type: Slot['type'] | 'half';
  /** First element in the buffer of its type. */
  readonly offset: number;
  readonly size: number;
}

/**
 * Lays out the slots of a plan. Parameters that an optimizer updates lie one behind the other, their gradients, moments
 * and averages in the same order elsewhere: such a group can be updated, or its norm taken, in one dispatch.
 * @param halves float slots that are kept as halves.
 */
export function layoutPlan(plan: Plan, halves: ReadonlySet<SlotId>): Layout {
  const places = new Map<SlotId, Place>();
  const ends = { float: 0, int: 0, half: 0 };
  const slots = new Map(plan.slots.map((slot) => [slot.id, slot]));
  const place = (id: SlotId): void => {
    const slot = assertDefined(slots.get(id), `slot ${id} of the plan`);
    if (places.has(id)) return;
    const size = slotSize(slot, plan.extent);
    const type = halves.has(id) ? 'half' : slot.type;
    places.set(id, { type, offset: ends[type], size });
    ends[type] += aligned(size);
  };
  const updates = plan.programs.update.filter((op): op is OptimizerUpdate => op.kind === 'optimizerUpdate');
  const averages = plan.programs.update.flatMap((op) => (op.kind === 'movingAverage' ? [op] : []));
  for (const { parameter } of updates) place(parameter);
  for (const { gradient } of updates) place(gradient);
  for (const index of [0, 1, 2]) {
    for (const { slots: kept } of updates) {
      const slot = kept[index];
      if (slot !== undefined) place(slot);
    }
  }
  for (const { average } of averages) place(average);
  for (const { id } of plan.slots) place(id);
  return { places, floats: ends.float, integers: ends.int, halves: ends.half };
}

export function aligned(elements: number): number {
  return Math.ceil(elements / alignment) * alignment;
}
