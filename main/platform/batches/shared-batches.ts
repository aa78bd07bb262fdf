import type { SampleList } from '../../../engine/data/cut-samples.ts';
import type { Batch } from '../../../engine/data/prepared.ts';
import type { SampleRecipe, SampleSource } from '../../../engine/data/sample-source.ts';
import { handleOf, type RowsHandle, rowsOf } from '../tables/disk-rows.ts';

/** Two threads that hand each other batches through memory that both see. */
export interface SharedBatches {
  /** [state, samples, timesteps]; see `batchState`. */
  readonly control: Int32Array;
  /** Where the samples that are asked for lie: arrays of the largest batch. */
  readonly list: SampleList;
  readonly batch: Batch;
  readonly source: SharedSource;
}

/** Whose turn it is. */
export const batchState = { idle: 0, asked: 1, filled: 2 } as const;
export const controlIndex = { state: 0, samples: 1, timesteps: 2 } as const;

/** A source as it can be sent to another thread: rows by their handles, and only what batches need. */
interface SharedSource extends Pick<SampleSource, 'experiment' | 'targetColumns'> {
  readonly series: SampleSource['ordered']['series'];
  readonly inputs: Omit<SampleSource['inputs'], 'features'>;
  readonly features: RowsHandle;
  readonly targets: Omit<SampleSource['targets'], 'values'>;
  readonly values: RowsHandle;
}

/** @param batch an empty one of the largest size. @returns null where only this thread can read the rows. */
export function shareBatches({ source }: SampleRecipe, batch: Batch): SharedBatches | null {
  const { features, ...inputs } = source.inputs;
  const { values, ...targets } = source.targets;
  const [sharedFeatures, sharedValues] = [handleOf(features), handleOf(values)];
  if (sharedFeatures === null || sharedValues === null) return null;
  const numbers = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * batch.batch));
  return {
    control: new Int32Array(new SharedArrayBuffer(4 * 3)),
    list: {
      count: batch.batch,
      starts: numbers(),
      lengths: numbers(),
      zeros: new Uint8Array(new SharedArrayBuffer(batch.batch)),
      limits: numbers(),
      series: numbers(),
      streams: null,
    },
    batch: {
      timesteps: batch.timesteps,
      batch: batch.batch,
      features: sharedFloats(batch.features),
      tokens: sharedInts(batch.tokens),
      lengths: sharedInts(batch.lengths),
      initialState: sharedFloats(batch.initialState),
      targets: sharedFloats(batch.targets),
      labels: sharedInts(batch.labels),
      weights: sharedFloats(batch.weights),
    },
    source: {
      experiment: source.experiment,
      targetColumns: source.targetColumns,
      series: source.ordered.series,
      inputs,
      features: sharedFeatures,
      targets,
      values: sharedValues,
    },
  };
}

/** The source in the thread that it was sent to. Where its samples lie in the file is not known there. */
export function sourceOf({ experiment, targetColumns, ...shared }: SharedSource): SampleSource {
  return {
    experiment,
    targetColumns,
    ordered: { rows: new Int32Array(0), series: shared.series, merged: null },
    time: null,
    trace: undefined,
    inputs: { ...shared.inputs, features: rowsOf(shared.features) },
    targets: { ...shared.targets, values: rowsOf(shared.values) },
  };
}

function sharedFloats({ byteLength }: Float32Array): Float32Array {
  return new Float32Array(new SharedArrayBuffer(byteLength));
}

function sharedInts({ byteLength }: Int32Array): Int32Array {
  return new Int32Array(new SharedArrayBuffer(byteLength));
}
