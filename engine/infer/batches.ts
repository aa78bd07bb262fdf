import { WorkbenchError } from '../base/errors.ts';
import type { SampleSet } from '../data/prepared.ts';

/** The samples of one batch, in the order of its rows. */
export interface BatchPlan {
  readonly samples: Int32Array;
  /** For stateful runs: the stream each row continues, and 1 where it begins; null otherwise. */
  readonly lanes: Int32Array | null;
  readonly fresh: Uint8Array | null;
}

/** The batches of one pass over a set. The last one may be smaller. */
export interface BatchOrder {
  readonly count: number;
  batch(index: number): BatchPlan;
}

/** Consecutive pieces of a list of samples. */
export function batchesInOrder(samples: Int32Array, batchSize: number): BatchOrder {
  return {
    count: Math.ceil(samples.length / batchSize),
    batch: (index) => ({
      samples: samples.subarray(index * batchSize, Math.min(samples.length, (index + 1) * batchSize)),
      lanes: null,
      fresh: null,
    }),
  };
}

/** 0, 1, ..., count - 1 */
export function everySample(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}

/**
 * Batches that read up to `batchSize` streams in parallel, each row the next window of its stream. A lane whose stream
 * has ended takes the next stream in `order`; when none is left the batches become smaller.
 * @param order indices of streams.
 */
export function batchesOfStreams(
  streams: readonly Int32Array[],
  order: Int32Array,
  batchSize: number,
): BatchOrder {
  const batches: BatchPlan[] = [];
  const waiting = [...order].map((index) => streams[index] ?? new Int32Array(0)).filter((s) => s.length > 0);
  let next = 0;
  const lanes: ({ stream: Int32Array; position: number } | null)[] = Array.from(
    { length: Math.min(batchSize, waiting.length) },
    () => null,
  );
  for (;;) {
    const rows: { sample: number; lane: number; fresh: boolean }[] = [];
    lanes.forEach((current, lane) => {
      let reading = current;
      if (reading === null || reading.position === reading.stream.length) {
        const stream = waiting[next];
        next += 1;
        reading = stream === undefined ? null : { stream, position: 0 };
        lanes[lane] = reading;
      }
      if (reading === null) return;
      const { stream, position } = reading;
      rows.push({ sample: stream[position] as number, lane, fresh: position === 0 });
      reading.position += 1;
    });
    if (rows.length === 0) break;
    batches.push({
      samples: Int32Array.from(rows, ({ sample }) => sample),
      lanes: Int32Array.from(rows, ({ lane }) => lane),
      fresh: Uint8Array.from(rows, ({ fresh }) => Number(fresh)),
    });
  }
  return {
    count: batches.length,
    batch: (index) => batches[index] ?? { samples: new Int32Array(0), lanes: null, fresh: null },
  };
}

/** The streams of a set that a stateful run reads. */
export function streamsOf(set: SampleSet): readonly Int32Array[] {
  if (set.streams === null) {
    throw new WorkbenchError(
      'config/impossible',
      'A stateful run needs windows that follow one another without gap or overlap',
      { where: 'training.stateful', hint: 'Set data.stride to data.window, or training.stateful to false.' },
    );
  }
  return set.streams;
}

/**
 * A pass over a set in file order, stream by stream where the run is stateful. Samples that do not follow one another
 * (the last windows of several series) then each start from zeros.
 */
export function evaluationOrder(set: SampleSet, batchSize: number, stateful: boolean): BatchOrder {
  const samples = everySample(set.count);
  if (!stateful) return batchesInOrder(samples, batchSize);
  const streams = set.streams ?? Array.from(samples, (sample) => Int32Array.of(sample));
  return batchesOfStreams(streams, everySample(streams.length), batchSize);
}
