import { WorkbenchError } from '../base/errors.ts';
import type { Experiment } from '../contract/experiment.ts';
import type { Preparation } from './preparation.ts';
import type { Table } from './table.ts';

/**
 * Learns from the training part of a table how to turn its columns into model inputs and targets.
 * @throws WorkbenchError with code data/* or config/impossible, naming the row and the column.
 */
export function fitPreparation(experiment: Experiment, table: Table): Preparation {
  throw new WorkbenchError('internal', `${experiment.name} ${table.name}`);
}
