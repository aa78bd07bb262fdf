import type { CaseSource } from './case.ts';
import { denseCases } from './cases/dense-cases.ts';
import { elementwiseCases } from './cases/elementwise-cases.ts';
import { gruCases } from './cases/gru-cases.ts';
import { lossCases } from './cases/loss-cases.ts';
import { sequenceCases } from './cases/sequence-cases.ts';
import { updateCases } from './cases/update-cases.ts';

/** The case table. To add an op: write its cases in a file of its family, and list the family here. */
export const cases: readonly CaseSource[] = [
  ...gruCases,
  ...denseCases,
  ...sequenceCases,
  ...elementwiseCases,
  ...lossCases,
  ...updateCases,
];
