import type { Experiment } from '../contract/experiment.ts';
import type { SampleList } from './cut-samples.ts';
import type { EncodedInputs, EncodedTargets } from './encode.ts';
import type { OrderedRows } from './order.ts';
import type { TargetColumn } from './preparation.ts';
import type { Column, RowTrace } from './table.ts';

/** What the samples of all parts share. */
export interface SampleSource {
  readonly experiment: Experiment;
  readonly ordered: OrderedRows;
  /** Times as a person wrote them, by row of the table. */
  readonly time: Column | null;
  readonly trace: RowTrace | undefined;
  readonly inputs: EncodedInputs;
  readonly targets: EncodedTargets;
  readonly targetColumns: readonly TargetColumn[];
}

/** All that the batches of a set are assembled from, so that another thread can do it. */
export interface SampleRecipe {
  readonly source: SampleSource;
  readonly list: SampleList;
}
