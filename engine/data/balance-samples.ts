import { RandomStream, randomStreams } from '../base/rng.ts';
import type { Arrangement } from './arrange.ts';
import { pickSamples, type SampleList } from './cut-samples.ts';
import { classesOfSamples } from './sample-classes.ts';

/**
 * The training samples with all classes as many, by the seed; in order of position.
 * - over: every sample as often as it fits into the size of the largest class, and a random choice once more
 * - under: a random choice of each class, as many as the smallest has
 *
 * @throws config/impossible where a sample has no class of its own.
 */
export function balanceSamples(arrangement: Arrangement, train: SampleList): SampleList {
  const { sampling } = arrangement.experiment.data;
  if (sampling === 'none') return train;
  const classes = classesOfSamples(arrangement, train, `data.sampling "${sampling}"`);
  const sizes = classes.map(({ length }) => length);
  const wanted = sampling === 'over' ? Math.max(...sizes) : Math.min(...sizes);
  const random = new RandomStream(arrangement.experiment.training.seed, randomStreams.balance);
  const chosen: number[] = [];
  for (const members of classes) {
    const order = members.slice();
    random.shuffle(order);
    for (let i = 0; i < wanted; i++) chosen.push(order[i % order.length] as number);
  }
  return pickSamples(train, Int32Array.from(chosen).sort());
}
