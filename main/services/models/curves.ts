import type { z } from 'zod';
import type { curveSchema } from '../../../engine/contract/rpc/runs.ts';

type Curve = z.infer<typeof curveSchema>;

/** More points than a screen shows are left out. */
const mostPoints = 400;

/** Counts of a ranking, at every place where the score changes: from the highest score on. */
interface Ranking {
  readonly truePositives: number[];
  readonly falsePositives: number[];
  readonly positives: number;
  readonly negatives: number;
}

/**
 * ROC curve (x false positive rate, y true positive rate, area by trapezoids) and precision-recall curve (x recall,
 * y precision, area as average precision), both as scikit-learn defines them; null where one of the classes is absent.
 */
export function rankingCurves(
  name: string,
  scores: ArrayLike<number>,
  positive: ArrayLike<boolean>,
): { readonly roc: Curve; readonly precisionRecall: Curve } | null {
  const ranking = rank(scores, positive);
  const { truePositives, falsePositives, positives, negatives } = ranking;
  if (positives === 0 || negatives === 0) return null;
  const x = [0, ...falsePositives.map((count) => count / negatives)];
  const y = [0, ...truePositives.map((count) => count / positives)];
  let area = 0;
  for (let i = 1; i < x.length; i++) {
    area += (((x[i] as number) - (x[i - 1] as number)) * ((y[i] as number) + (y[i - 1] as number))) / 2;
  }
  const recall = truePositives.map((count) => count / positives);
  const precision = truePositives.map((count, i) => count / (count + (falsePositives[i] as number)));
  let average = 0;
  for (const [i, value] of precision.entries()) {
    average += ((recall[i] as number) - (recall[i - 1] ?? 0)) * value;
  }
  return {
    roc: thinned({ name, x, y, area }),
    precisionRecall: thinned({ name, x: [0, ...recall], y: [1, ...precision], area: average }),
  };
}

function rank(scores: ArrayLike<number>, positive: ArrayLike<boolean>): Ranking {
  const order = Array.from({ length: scores.length }, (_, i) => i);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const truePositives: number[] = [];
  const falsePositives: number[] = [];
  let hits = 0;
  let misses = 0;
  for (const [place, index] of order.entries()) {
    if (positive[index] === true) hits++;
    else misses++;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[index]) continue;
    truePositives.push(hits);
    falsePositives.push(misses);
  }
  return { truePositives, falsePositives, positives: hits, negatives: misses };
}

/** A curve with at most so many points, ends included; its area is that of all of them. */
function thinned(curve: Curve): Curve {
  const count = curve.x.length;
  if (count <= mostPoints) return curve;
  const kept = Array.from({ length: mostPoints }, (_, i) => Math.round((i * (count - 1)) / (mostPoints - 1)));
  const pick = (values: readonly number[]) => kept.map((i) => values[i] as number);
  return { ...curve, x: pick(curve.x), y: pick(curve.y) };
}
