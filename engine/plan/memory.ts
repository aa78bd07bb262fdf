import { parameterSize } from '../model/description.ts';
import type { BuiltPlan } from './built.ts';
import { type SlotRole, slotSize } from './plan.ts';

/** What a training run takes beyond the process itself, in bytes. */
export interface MemoryEstimate {
  /** The backend's slots and buffers. */
  readonly backend: number;
  /** The batch being assembled. */
  readonly batch: number;
  /** Copies of the state: the best weights so far, and a checkpoint on its way to the disk. */
  readonly copies: number;
  readonly total: number;
  /** Elements of the plan's slots by what they are for. */
  readonly elements: Readonly<Record<SlotRole, number>>;
}

/**
 * @param backendBytes what `Backend.estimate` says of the plan.
 * @param bytesPerFloat 4, or 8 for the reference.
 */
export function estimateMemory(built: BuiltPlan, backendBytes: number, bytesPerFloat: 4 | 8): MemoryEstimate {
  const { slots, extent } = built.plan;
  const elements: Record<SlotRole, number> = {
    parameter: 0,
    gradient: 0,
    optimizer: 0,
    average: 0,
    input: 0,
    activation: 0,
    scratch: 0,
    scalar: 0,
  };
  for (const slot of slots) elements[slot.role] += slotSize(slot, extent);
  const weights = [...built.parameters.values()].reduce(
    (sum, { description }) => sum + parameterSize(description),
    0,
  );
  const batch = 4 * elements.input;
  const copies = bytesPerFloat * (3 * weights + elements.optimizer + elements.average);
  return { backend: backendBytes, batch, copies, total: backendBytes + batch + copies, elements };
}
