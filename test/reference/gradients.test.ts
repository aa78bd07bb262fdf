import { describe, expect, it } from 'vitest';
import { reference } from '../support/backends.ts';
import type { Case, Elements, GradientCheck } from '../support/case.ts';
import { cases } from '../support/cases.ts';
import { type Memory, runCase } from '../support/run-case.ts';

/**
 * Every backward op of the reference against central differences of its own forward op, in float64. With the
 * four-point formula f' = (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h the truncation error is of order h^4 and
 * h may be large enough to keep the rounding error small too.
 */
const allowed = 2e-8;

describe('finite differences', () => {
  for (const source of cases) {
    const testCase = source.build();
    const { gradients } = testCase;
    if (gradients === null) continue;
    it(source.name, async () => {
      const after = await runCase(reference, testCase);
      const problems: string[] = [];
      const limit = checkedElements(testCase);
      for (const variable of gradients.variables) {
        const scale = scaleOf(testCase, after, variable.gradient);
        for (const position of spread(variable.value.indices.length, limit)) {
          const index = variable.value.indices[position] as number;
          const numeric = await derivative(testCase, gradients, variable.value.slot, index);
          const target = variable.gradient.indices[position] as number;
          const held = variable.accumulated ? initial(testCase, variable.gradient.slot, target) : 0;
          const claimed = at(after, variable.gradient.slot, target) - held;
          if (!(Math.abs(claimed - numeric) <= allowed * Math.max(1, scale))) {
            problems.push(`${variable.name}[${position}]: ${claimed} claimed, ${numeric} by differences`);
          }
        }
      }
      expect(problems).toEqual([]);
    });
  }
});

async function derivative(
  testCase: Case,
  check: GradientCheck,
  slot: number,
  index: number,
): Promise<number> {
  const value = initial(testCase, slot, index);
  const step = 2e-4 * Math.max(1, Math.abs(value));
  const at = (offset: number): Promise<number> => objective(testCase, check, slot, index, value + offset);
  const near = (await at(step)) - (await at(-step));
  const far = (await at(2 * step)) - (await at(-2 * step));
  return (8 * near - far) / (12 * step);
}

async function objective(
  testCase: Case,
  check: GradientCheck,
  slot: number,
  index: number,
  value: number,
): Promise<number> {
  const changed = Float64Array.from(testCase.floats.get(slot) ?? []);
  changed[index] = value;
  const floats = new Map(testCase.floats).set(slot, changed);
  const after = await runCase(reference, { ...testCase, floats });
  let sum = 0;
  for (const term of check.objective) {
    term.value.indices.forEach((element, position) => {
      const weight =
        typeof term.weight === 'number'
          ? term.weight
          : initial(testCase, term.weight.slot, term.weight.indices[position] as number);
      sum += weight * at(after, term.value.slot, element);
    });
  }
  return sum;
}

/** Elements to check of each variable: all of them where the plan is tiny, a few where it is large and slow. */
function checkedElements(testCase: Case): number {
  const elements = [...testCase.floats.values()].reduce((sum, values) => sum + values.length, 0);
  return Math.max(3, Math.floor(40_000 / elements));
}

/** At most `limit` positions of `count`, evenly spread; all of them in a tiny shape. */
function spread(count: number, limit: number): number[] {
  const used = Math.min(count, limit);
  return Array.from({ length: used }, (_, index) => Math.floor((index * count) / used));
}

function scaleOf(testCase: Case, after: Memory, gradient: Elements): number {
  return gradient.indices.reduce(
    (largest, index) =>
      Math.max(largest, Math.abs(at(after, gradient.slot, index) - initial(testCase, gradient.slot, index))),
    0,
  );
}

function initial(testCase: Case, slot: number, index: number): number {
  return testCase.floats.get(slot)?.[index] ?? Number.NaN;
}

function at(memory: Memory, slot: number, index: number): number {
  return memory.floats.get(slot)?.[index] ?? Number.NaN;
}
