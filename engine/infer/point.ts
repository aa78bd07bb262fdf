import type { OutputLayout } from '../data/prepared.ts';
import { gaussianVarianceFloor, type Loss } from '../ops/loss.ts';

/** How the columns of a prediction are read: what each means, and the one number that stands for it. */
export interface PredictionReader {
  /** Columns for a person, in the order of `read`: "price+1", "price+1 q0.9", "probability of spam". */
  readonly columns: readonly string[];
  /**
   * The values of one row of model outputs, in model space.
   * @param outputs model outputs; the row begins at `offset`.
   */
  read(outputs: ArrayLike<number>, offset: number, values: Float64Array): void;
  /** For each column: the target it belongs to, and whether it is a value, or a spread that only scales. */
  readonly targets: readonly { readonly target: number; readonly kind: 'value' | 'spread' | 'probability' }[];
}

/**
 * Reads predictions of a loss: quantiles as they are; mean and standard deviation of a Gaussian; the expected value
 * e^p of a Poisson rate; probabilities of classes (softmax) and of binary targets (sigmoid).
 */
export function predictionReader(loss: Loss, outputs: OutputLayout): PredictionReader {
  if (outputs.kind === 'labels') return classReader(outputs.classes);
  if (outputs.kind === 'binary') return valueReader(outputs.targets, 'probability', sigmoid);
  if (loss.kind === 'gaussian') return gaussianReader(outputs.targets);
  if (loss.kind === 'pinball') return quantileReader(outputs.targets, loss.quantiles);
  return valueReader(outputs.targets, 'value', loss.kind === 'poisson' ? Math.exp : (value) => value);
}

/** Position, within the predictions of one target, of the one that stands for it: median quantile, mean. */
export function centralPrediction(loss: Loss): number {
  if (loss.kind !== 'pinball') return 0;
  const distance = loss.quantiles.map((quantile) => Math.abs(quantile - 0.5));
  return distance.indexOf(Math.min(...distance));
}

function valueReader(
  targets: readonly string[],
  kind: 'value' | 'probability',
  transform: (value: number) => number,
): PredictionReader {
  return {
    columns: targets.map((name) => (kind === 'probability' ? `probability of ${name}` : name)),
    targets: targets.map((_, target) => ({ target, kind })),
    read: (outputs, offset, values) => {
      for (let column = 0; column < values.length; column++) {
        values[column] = transform(outputs[offset + column] as number);
      }
    },
  };
}

function quantileReader(targets: readonly string[], quantiles: readonly number[]): PredictionReader {
  const reader = valueReader(
    targets.flatMap((name) => quantiles.map((quantile) => `${name} q${quantile}`)),
    'value',
    (value) => value,
  );
  return {
    ...reader,
    targets: reader.columns.map((_, column) => ({
      target: Math.floor(column / quantiles.length),
      kind: 'value',
    })),
  };
}

function gaussianReader(targets: readonly string[]): PredictionReader {
  return {
    columns: targets.flatMap((name) => [name, `${name} deviation`]),
    targets: targets.flatMap((_, target) => [
      { target, kind: 'value' as const },
      { target, kind: 'spread' as const },
    ]),
    read: (outputs, offset, values) => {
      for (let column = 0; column < values.length; column += 2) {
        values[column] = outputs[offset + column] as number;
        const raw = outputs[offset + column + 1] as number;
        values[column + 1] = Math.sqrt(softplus(raw) + gaussianVarianceFloor);
      }
    },
  };
}

function classReader(classes: readonly string[]): PredictionReader {
  return {
    columns: classes.map((name) => `probability of ${name}`),
    targets: classes.map(() => ({ target: 0, kind: 'probability' as const })),
    read: (outputs, offset, values) => {
      softmax(outputs, offset, values);
    },
  };
}

/** Softmax of a row of logits, safe against overflow. */
export function softmax(logits: ArrayLike<number>, offset: number, probabilities: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < probabilities.length; k++) largest = Math.max(largest, logits[offset + k] as number);
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) {
    const value = Math.exp((logits[offset + k] as number) - largest);
    probabilities[k] = value;
    sum += value;
  }
  for (let k = 0; k < probabilities.length; k++) {
    probabilities[k] = (probabilities[k] as number) / sum;
  }
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function softplus(value: number): number {
  return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
}
