import { setImmediate } from 'node:timers/promises';
import type { SampleSet } from '../../../engine/data/prepared.ts';
import { pass } from '../../../engine/infer/pass.ts';
import type { LoadedModel } from './model-service.ts';
import { SampleReader, type SampleView } from './sample-views.ts';

/** Samples [offset, offset + count) of a part, with what the model says of each. */
export async function listSamples(
  { set, runner, experiment }: LoadedModel,
  offset: number,
  count: number,
): Promise<SampleView[]> {
  const end = Math.min(set.count, offset + count);
  if (offset >= end) return [];
  const { loss, model } = runner.built;
  // States that are carried from one sample to the next need every sample before.
  const chosen = experiment.training.stateful
    ? set
    : someOf(
        set,
        Array.from({ length: end - offset }, (_, i) => offset + i),
      );
  const first = chosen === set ? 0 : offset;
  const reader = new SampleReader(loss, model.outputs, set);
  const views = new Map<number, SampleView>();
  const pause = async (): Promise<void> => {
    await setImmediate();
  };
  for await (const { samples, batch, predictions } of pass(runner, chosen, { withLoss: false, pause })) {
    for (const [lane, index] of samples.entries()) {
      const sample = first + index;
      if (sample < offset || sample >= end) continue;
      views.set(sample, reader.view(batch, predictions, reader.result(batch, predictions, lane, sample)));
    }
  }
  return [...views.values()].sort((a, b) => a.sample - b.sample);
}

/** Some samples of a set, as a set of their own. */
export function someOf(set: SampleSet, samples: readonly number[]): SampleSet {
  const at = (index: number): number => samples[index] as number;
  const { rowAt } = set;
  return {
    count: samples.length,
    longest: samples.reduce((longest, sample) => Math.max(longest, set.length(sample)), 0),
    length: (index) => set.length(at(index)),
    fill: (indices, batch) => set.fill(indices.map(at), batch),
    restore: {
      value: (index, target, normalized) => set.restore.value(at(index), target, normalized),
      scale: (index, target) => set.restore.scale(at(index), target),
    },
    origin: (index) => set.origin(at(index)),
    ...(rowAt === undefined
      ? {}
      : { rowAt: (index: number, timestep: number) => rowAt.call(set, at(index), timestep) }),
    streams: null,
  };
}
