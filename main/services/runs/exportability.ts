import type { ModelView } from '../../../engine/contract/rpc/experiments.ts';
import { describeExport } from '../../../engine/export/describe.ts';
import type { ModelDescription } from '../../../engine/model/description.ts';

/** Which formats a model can be written to once it is trained, and what keeps it from the others. */
export function exportability(model: ModelDescription): ModelView['exports'] {
  return describeExport(model).map(({ format, title, exact, reason }) => ({ format, title, exact, reason }));
}
