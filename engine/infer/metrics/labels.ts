import { RankingScores } from './ranking.ts';

/** The smallest probability whose logarithm is taken (scikit-learn log_loss). */
const smallest = 2.220446049250313e-16;

/**
 * Quality of class predictions (scikit-learn's definitions):
 * - accuracy; logLoss: mean of -ln p(label)
 * - macroF1: mean of the F1 of every class that occurs or is predicted
 * - auc: area under the ROC curve; only with two classes
 */
export class LabelMetrics {
  readonly #classes: number;
  /** [classes] weight of the rows that are rightly said to be of the class, that are of it, and that are said to be. */
  readonly #hits: Float64Array;
  readonly #actual: Float64Array;
  readonly #predicted: Float64Array;
  readonly #ranking: RankingScores | null;
  #weight = 0;
  #logLoss = 0;

  /** @param ranking whether to compute `auc`. */
  constructor(classes: number, ranking = true) {
    this.#classes = classes;
    this.#ranking = ranking && classes === 2 ? new RankingScores() : null;
    this.#hits = new Float64Array(classes);
    this.#actual = new Float64Array(classes);
    this.#predicted = new Float64Array(classes);
  }

  add(probabilities: Float64Array, label: number, weight: number): void {
    if (weight === 0) return;
    const predicted = indexOfLargest(probabilities);
    this.#actual[label] = (this.#actual[label] as number) + weight;
    this.#predicted[predicted] = (this.#predicted[predicted] as number) + weight;
    if (predicted === label) this.#hits[label] = (this.#hits[label] as number) + weight;
    this.#weight += weight;
    this.#logLoss -= weight * Math.log(Math.max(smallest, probabilities[label] as number));
    this.#ranking?.add(probabilities[1] as number, label === 1, weight);
  }

  result(): Record<string, number> {
    if (this.#weight === 0) return {};
    const scores: number[] = [];
    let correct = 0;
    for (let label = 0; label < this.#classes; label++) {
      const hits = this.#hits[label] as number;
      const marked = (this.#actual[label] as number) + (this.#predicted[label] as number);
      correct += hits;
      if (marked > 0) scores.push((2 * hits) / marked);
    }
    const auc = this.#ranking?.area() ?? null;
    return {
      accuracy: correct / this.#weight,
      macroF1: scores.reduce((sum, score) => sum + score, 0) / scores.length,
      logLoss: this.#logLoss / this.#weight,
      ...(auc === null ? {} : { auc }),
    };
  }
}

/** The first of the largest values. */
export function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) > (values[best] as number)) best = index;
  }
  return best;
}

/**
 * Quality of binary predictions, one or several targets a row:
 * - accuracy: fraction of all targets on the right side of 0.5
 * - macroF1: mean over targets of the F1 of the positive class, over targets where it occurs or is predicted
 * - logLoss: mean over all targets; logLossPerStep: summed over the targets of a row, mean over rows (the negative
 *   log-likelihood per frame of Boulanger-Lewandowski et al. 2012)
 * - auc: mean area under the ROC curve over the targets that have both values
 */
export class BinaryMetrics {
  readonly #targets: readonly BinarySums[];
  #rowWeight = 0;

  /** @param ranking whether to compute `auc`. */
  constructor(targets: number, ranking = true) {
    this.#targets = Array.from({ length: targets }, () => ({
      ranking: ranking ? new RankingScores() : null,
      correct: 0,
      hits: 0,
      marked: 0,
      logLoss: 0,
    }));
  }

  /** One row of logits and 0/1 values, beginning at the offsets. */
  add(
    logits: ArrayLike<number>,
    offset: number,
    actual: ArrayLike<number>,
    actualOffset: number,
    weight: number,
  ) {
    if (weight === 0) return;
    this.#rowWeight += weight;
    this.#targets.forEach((sums, target) => {
      const logit = logits[offset + target] as number;
      const truth = actual[actualOffset + target] as number;
      const positive = truth >= 0.5;
      const predicted = logit > 0;
      sums.correct += positive === predicted ? weight : 0;
      sums.hits += positive && predicted ? weight : 0;
      sums.marked += weight * (Number(positive) + Number(predicted));
      sums.logLoss += weight * (Math.max(logit, 0) - logit * truth + Math.log1p(Math.exp(-Math.abs(logit))));
      sums.ranking?.add(logit, positive, weight);
    });
  }

  result(): Record<string, number> {
    const count = this.#targets.length;
    if (this.#rowWeight === 0 || count === 0) return {};
    const total = (value: (sums: BinarySums) => number): number =>
      this.#targets.reduce((sum, sums) => sum + value(sums), 0);
    const marked = this.#targets.filter((sums) => sums.marked > 0);
    const areas = this.#targets.flatMap(({ ranking }) => ranking?.area() ?? []);
    const logLoss = total((sums) => sums.logLoss) / this.#rowWeight;
    return {
      accuracy: total((sums) => sums.correct) / (count * this.#rowWeight),
      macroF1:
        marked.length === 0
          ? 0
          : marked.reduce((sum, { hits, marked }) => sum + (2 * hits) / marked, 0) / marked.length,
      logLoss: logLoss / count,
      ...(count > 1 ? { logLossPerStep: logLoss } : {}),
      ...(areas.length === 0 ? {} : { auc: areas.reduce((sum, area) => sum + area, 0) / areas.length }),
    };
  }
}

interface BinarySums {
  readonly ranking: RankingScores | null;
  correct: number;
  hits: number;
  marked: number;
  logLoss: number;
}
