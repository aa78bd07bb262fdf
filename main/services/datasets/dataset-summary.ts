import { basename } from 'node:path';
import type { DatasetSummary } from '../../../engine/contract/rpc/datasets.ts';
import type { Dataset } from './dataset.ts';

/** A dataset as lists show it. */
export function datasetSummary(dataset: Dataset): DatasetSummary {
  const { id, source, rows, importedAt, columns, notes, format, reading, found, choices } = dataset;
  return {
    id,
    name: basename(source),
    source,
    rows,
    importedAt,
    columns: columns.map(({ name, type }) => ({ name, type })),
    notes: [...notes],
    format,
    reading,
    found,
    choices,
  };
}
