import { WorkbenchError } from '../base/errors.ts';
import { RandomStream, randomStreams } from '../base/rng.ts';
import type { Arrangement } from './arrange.ts';
import { cutSamples, pickSamples, type SampleList } from './cut-samples.ts';
import type { Range } from './fill-missing.ts';
import { classesOfSamples } from './sample-classes.ts';
import { lookAhead, type Part, parts, windowRows } from './segments.ts';

/** Rows that no sample reads for a reason of its own. */
export interface LeftOut extends Range {
  readonly reason: string;
}

export interface PartSamples {
  readonly lists: Record<Part, SampleList>;
  /** Sequences, or parts of them, that are too short or too long. */
  readonly leftOut: readonly LeftOut[];
}

/** Training, validation and test samples, before classes are made as many as one another. */
export function cutParts(arrangement: Arrangement): PartSamples {
  const { experiment, segments } = arrangement;
  const { split } = experiment.data;
  const leftOut: LeftOut[] = [];
  const dropped = (start: number, end: number, reason: string): void => {
    leftOut.push({ start, end, reason });
  };
  if (split.kind === 'random' || split.kind === 'stratified') {
    requireApart(arrangement);
    const all = cutSamples(experiment, segments, dropped);
    const dealt =
      split.kind === 'random'
        ? dealAll(all.count, split, experiment.training.seed)
        : dealByClass(
            classesOfSamples(arrangement, all, 'a stratified split'),
            split,
            experiment.training.seed,
          );
    const pick = (part: Part): SampleList => pickSamples(all, dealt[part].sort());
    return { lists: { train: pick('train'), validation: pick('validation'), test: pick('test') }, leftOut };
  }
  const of = (part: Part): SampleList =>
    cutSamples(
      experiment,
      segments.filter((segment) => segment.part === part),
      dropped,
    );
  return { lists: { train: of('train'), validation: of('validation'), test: of('test') }, leftOut };
}

interface Shares {
  readonly train: number;
  readonly validation: number;
}

function requireApart({ experiment }: Arrangement): void {
  const { sequence, stride } = experiment.data;
  const span = windowRows(experiment) + lookAhead(experiment);
  if (sequence === 'whole' || stride >= span) return;
  throw new WorkbenchError(
    'config/impossible',
    `Windows that overlap cannot be split at random: a window and its target span ${span} rows, the stride is ${stride}`,
    {
      where: 'data.split',
      hint: `Split by time, or set data.stride to ${span} or more.`,
    },
  );
}

/** The first floor(n * train) samples of a random order train, the next floor(n * validation) validate. */
function dealAll(count: number, { train, validation }: Shares, seed: number): Record<Part, Int32Array> {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  new RandomStream(seed, randomStreams.split).shuffle(order);
  const first = Math.floor(count * train + 1e-9);
  const second = first + Math.floor(count * validation + 1e-9);
  const end = train + validation > 1 - 1e-9 ? second : count;
  return {
    train: order.slice(0, first),
    validation: order.slice(first, second),
    test: order.slice(second, end),
  };
}

/** Class by class: round(n * train) train, at least one, up to round(n * (train + validation)) validate. */
function dealByClass(
  classes: readonly Int32Array[],
  { train, validation }: Shares,
  seed: number,
): Record<Part, Int32Array> {
  const random = new RandomStream(seed, randomStreams.split);
  const dealt: Record<Part, number[]> = { train: [], validation: [], test: [] };
  for (const members of classes) {
    const order = members.slice();
    random.shuffle(order);
    const first = Math.max(1, Math.round(order.length * train));
    const second = Math.max(first, Math.round(order.length * (train + validation)));
    for (const [i, sample] of order.entries()) {
      dealt[i < first ? 'train' : i < second ? 'validation' : 'test'].push(sample);
    }
  }
  const [a, b, c] = parts.map((part) => Int32Array.from(dealt[part]));
  const none = new Int32Array(0);
  return { train: a ?? none, validation: b ?? none, test: c ?? none };
}
