import type { RandomStream } from '../../../engine/base/rng.ts';
import { choiceProbabilities, ParzenEstimator } from './parzen.ts';
import {
  fromScale,
  lowOf,
  randomValues,
  type SweepParameter,
  toScale,
  type Values,
  widthOf,
} from './space.ts';

/** Trials drawn at random before the search begins. */
const startTrials = 10;
/** Share of the trials that count as good, and most of them. */
const goodShare = 0.25;
const mostGood = 25;
/** Values drawn for every parameter, of which the most promising is taken. */
const candidates = 24;

export interface Observation {
  readonly values: Values;
  /** Smaller is better. */
  readonly loss: number;
}

/**
 * The next values by the tree-structured Parzen estimator (Bergstra et al. 2011): the density of the good trials over
 * that of the others, which grows with the expected improvement, is made large for each parameter by itself.
 */
export function tpeValues(
  parameters: readonly SweepParameter[],
  observations: readonly Observation[],
  random: RandomStream,
): Values {
  if (observations.length < startTrials) return randomValues(parameters, random);
  const ranked = [...observations].sort((a, b) => a.loss - b.loss);
  const count = Math.min(mostGood, Math.ceil(goodShare * Math.sqrt(ranked.length)) + 1);
  const good = ranked.slice(0, count);
  const others = ranked.slice(count);
  return Object.fromEntries(
    parameters.map((parameter) => [parameter.path, proposed(parameter, good, others, random)]),
  );
}

function proposed(
  parameter: SweepParameter,
  good: readonly Observation[],
  others: readonly Observation[],
  random: RandomStream,
): unknown {
  return parameter.kind === 'choice'
    ? proposedChoice(parameter, good, others, random)
    : proposedNumber(parameter, good, others, random);
}

function proposedNumber(
  parameter: Extract<SweepParameter, { kind: 'range' }>,
  good: readonly Observation[],
  others: readonly Observation[],
  random: RandomStream,
): number {
  const low = lowOf(parameter);
  const high = low + widthOf(parameter);
  if (low === high) return fromScale(parameter, low);
  const places = (list: readonly Observation[]) =>
    list.map(({ values }) => toScale(parameter, Number(values[parameter.path])));
  const goodDensity = new ParzenEstimator(places(good), low, high);
  const otherDensity = new ParzenEstimator(places(others), low, high);
  let best = low;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < candidates; i++) {
    const place = goodDensity.sample([random.nextFloat(), random.nextFloat()]);
    const score = goodDensity.logDensity(place) - otherDensity.logDensity(place);
    if (score <= bestScore) continue;
    best = place;
    bestScore = score;
  }
  return fromScale(parameter, best);
}

function proposedChoice(
  { path, values }: Extract<SweepParameter, { kind: 'choice' }>,
  good: readonly Observation[],
  others: readonly Observation[],
  random: RandomStream,
): unknown {
  const texts = values.map((value) => JSON.stringify(value));
  const indices = (list: readonly Observation[]) =>
    list.map((observation) => texts.indexOf(JSON.stringify(observation.values[path]))).filter((i) => i >= 0);
  const goodOnes = choiceProbabilities(indices(good), values.length);
  const otherOnes = choiceProbabilities(indices(others), values.length);
  let best = 0;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < candidates; i++) {
    const choice = drawn(goodOnes, random.nextFloat());
    const score = Math.log(goodOnes[choice] as number) - Math.log(otherOnes[choice] as number);
    if (score <= bestScore) continue;
    best = choice;
    bestScore = score;
  }
  return values[best];
}

function drawn(probabilities: readonly number[], uniform: number): number {
  let sum = 0;
  for (const [i, probability] of probabilities.entries()) {
    sum += probability;
    if (uniform < sum) return i;
  }
  return probabilities.length - 1;
}
