import type { Batch } from '../../data/prepared.ts';
import { entitiesOf } from '../../data/text/tag-schemes.ts';

/**
 * Precision, recall and F1 of whole entities (conlleval of CoNLL-2003, micro average): an entity counts only with the
 * right type, beginning and end.
 */
export class EntityMetrics {
  readonly #classes: readonly string[];
  #right = 0;
  #actual = 0;
  #predicted = 0;

  /** @param classes tags by label. */
  constructor(classes: readonly string[]) {
    this.#classes = classes;
  }

  /** @param predictions [T*B,classes] logits of the batch. */
  add(batch: Batch, predictions: ArrayLike<number>): void {
    for (let b = 0; b < batch.batch; b++) {
      const actual: string[] = [];
      const predicted: string[] = [];
      for (let t = 0; t < (batch.lengths[b] as number); t++) {
        const row = t * batch.batch + b;
        if (batch.weights[row] === 0) continue;
        actual.push(this.#classes[batch.labels[row] as number] ?? 'O');
        predicted.push(this.#classes[this.#largest(predictions, row)] ?? 'O');
      }
      this.addSentence(actual, predicted);
    }
  }

  addSentence(actual: readonly string[], predicted: readonly string[]): void {
    const key = ({ type, start, end }: ReturnType<typeof entitiesOf>[number]) => `${start} ${end} ${type}`;
    const truth = new Set(entitiesOf(actual).map(key));
    const said = entitiesOf(predicted).map(key);
    this.#actual += truth.size;
    this.#predicted += said.length;
    this.#right += said.filter((entity) => truth.has(entity)).length;
  }

  result(): Record<string, number> {
    const share = (whole: number): number => (whole === 0 ? 0 : this.#right / whole);
    return {
      entityPrecision: share(this.#predicted),
      entityRecall: share(this.#actual),
      entityF1: share((this.#actual + this.#predicted) / 2),
    };
  }

  #largest(logits: ArrayLike<number>, row: number): number {
    const width = this.#classes.length;
    let best = 0;
    for (let k = 1; k < width; k++) {
      if ((logits[row * width + k] as number) > (logits[row * width + best] as number)) best = k;
    }
    return best;
  }
}
