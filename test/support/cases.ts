import type { CaseSource } from './case.ts';
import { denseCases } from './cases/dense-cases.ts';
import { gruCases } from './cases/gru-cases.ts';
import { lossCases } from './cases/loss-cases.ts';

/** The case table. To add an op: write its cases in a file of its family, and list the family here. */
export const cases: readonly CaseSource[] = [...gruCases, ...denseCases, ...lossCases];
