import type { ModelView } from '../../../engine/contract/rpc/experiments.ts';
import { exportFormats, formatTable } from '../../../engine/export/formats.ts';

/** Which formats a model could be written to once it is trained. */
export function exportability(): ModelView['exports'] {
  return exportFormats.map((format) => ({
    format,
    title: formatTable[format].title,
    exact: true,
    reason: null,
  }));
}
