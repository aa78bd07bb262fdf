import type { Backend } from '../../engine/backends/backend.ts';
import type { SlotId } from '../../engine/ops/matrix.ts';
import { type Slot, slotSize } from '../../engine/plan/plan.ts';
import type { Case } from './case.ts';
import { compareFloats, compareInts } from './compare.ts';

/** What every slot holds after the runs of a case. */
export interface Memory {
  readonly floats: ReadonlyMap<SlotId, ArrayLike<number>>;
  readonly ints: ReadonlyMap<SlotId, Int32Array>;
}

/** Runs a case on a backend, in the backend's own precision. */
export async function runCase(backend: Backend, testCase: Case): Promise<Memory> {
  const { plan } = testCase;
  const toPrecision = (values: Float64Array) =>
    backend.info.precision === 'float64' ? values : Float32Array.from(values);
  const executable = await backend.prepare(plan);
  try {
    for (const [slot, values] of testCase.floats) executable.writeFloats(slot, toPrecision(values));
    for (const [slot, values] of testCase.ints) executable.writeInts(slot, values);
    for (const run of testCase.runs) {
      for (const [slot, values] of run.writes) executable.writeFloats(slot, toPrecision(values));
      await executable.run(run.program, run.extent);
    }
    const floats = new Map<SlotId, ArrayLike<number>>();
    const ints = new Map<SlotId, Int32Array>();
    for (const slot of plan.slots) {
      const count = slotSize(slot, plan.extent);
      if (slot.type === 'float') floats.set(slot.id, await executable.readFloats(slot.id, count));
      else ints.set(slot.id, await executable.readInts(slot.id, count));
    }
    return { floats, ints };
  } finally {
    executable.dispose();
  }
}

/** Every difference between a backend's memory and the reference's after a case; empty when they agree. */
export function differences(testCase: Case, actual: Memory, expected: Memory): string[] {
  return testCase.plan.slots.flatMap((slot) => {
    if (testCase.unspecified.has(slot.id)) return [];
    const problem =
      slot.type === 'float'
        ? floatProblem(testCase, slot, actual, expected)
        : intProblem(slot, actual, expected);
    return problem === null ? [] : [`${slot.name}: ${problem}`];
  });
}

function floatProblem(testCase: Case, slot: Slot, actual: Memory, expected: Memory): string | null {
  const initial = testCase.floats.get(slot.id) ?? [];
  return compareFloats(
    actual.floats.get(slot.id) ?? [],
    expected.floats.get(slot.id) ?? [],
    initial,
    testCase.tolerance,
  );
}

function intProblem(slot: Slot, actual: Memory, expected: Memory): string | null {
  const none = new Int32Array();
  return compareInts(actual.ints.get(slot.id) ?? none, expected.ints.get(slot.id) ?? none);
}
