import { afterAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { programNames } from '../../engine/plan/plan.ts';
import { openBackends, reference, requiredBackends } from '../support/backends.ts';
import type { Case } from '../support/case.ts';
import { cases } from '../support/cases.ts';
import { differences, runCase } from '../support/run-case.ts';

/**
 * The case table on every backend, against the reference. Four outcomes: ok, fail, not-supported (the backend said
 * so, with a reason), backend-absent. The last two are printed, counted, and never a pass.
 */
const candidates = await openBackends();
const required = requiredBackends();

it.each([...required])('%s is required and here', (name) => {
  const found = candidates.filter((candidate) => candidate.name === name);
  const reasons = found.flatMap((candidate) => (candidate.outcome === 'present' ? [] : [candidate.reason]));
  expect(found.length, `nothing opens ${name}: see openBackends in test/support/backends.ts`).toBeGreaterThan(
    0,
  );
  expect(reasons, `${name} is required`).toEqual([]);
});

for (const candidate of candidates) {
  const label = candidate.outcome === 'present' ? `: ${candidate.backend.info.description}` : '';
  describe(`${candidate.name}${label}`, () => {
    if (candidate.outcome === 'broken') {
      it('can be used', () => expect.unreachable(candidate.reason));
      return;
    }
    if (candidate.outcome === 'backend-absent') {
      it(`is here: ${candidate.reason}`, (context) => {
        context.skip(`backend-absent: ${candidate.reason}`);
      });
      return;
    }
    const { backend } = candidate;
    for (const source of cases) {
      it(source.name, async (context) => {
        const testCase = source.build();
        const refusals = refusalsOf(backend, testCase);
        if (refusals.length > 0) context.skip(`not-supported: ${refusals.join('; ')}`);
        const expected = await runCase(reference, testCase);
        const actual = await runCase(backend, testCase);
        expect(differences(tolerantOf(backend, testCase), actual, expected)).toEqual([]);
      });
    }
    afterAll(() => backend.dispose());
  });
}

/** On a GPU the functions of the driver round as they like: WGSL allows several units in the last place. */
function tolerantOf({ info }: Backend, testCase: Case): Case {
  const { tolerance } = testCase;
  if (info.name !== 'webgpu') return testCase;
  return { ...testCase, tolerance: { ...tolerance, relative: Math.max(tolerance.relative, 1e-4) } };
}

function refusalsOf(backend: Backend, testCase: Case): string[] {
  const ops = programNames.flatMap((program) => testCase.plan.programs[program]);
  return ops.flatMap((op) => {
    const support = backend.supports(op);
    return support === true ? [] : [`${op.kind}: ${support.reason}`];
  });
}
