import type { Understanding } from '../../../engine/contract/rpc/runs.ts';
import type { Batch, OutputLayout } from '../../../engine/data/prepared.ts';
import { rankingCurves } from './curves.ts';
import type { SampleReader } from './sample-views.ts';

type Classes = NonNullable<Understanding['classes']>;
type Curve = Classes['roc'][number];

/** Curves are drawn for so many classes at most. */
const mostCurves = 20;

/** How well classes are told apart: of labels, or of one 0/1 target. */
export class ClassSummary {
  readonly #outputs: OutputLayout;
  readonly #target: number;
  readonly #names: readonly string[];
  readonly #truth: number[] = [];
  /** [rows][classes] */
  readonly #scores: number[][] = [];

  /** @param target which 0/1 target, where there are several. */
  constructor(outputs: OutputLayout, target: number) {
    this.#outputs = outputs;
    this.#target = Math.min(target, outputs.targets.length - 1);
    const name = outputs.targets[this.#target] ?? '';
    this.#names = outputs.kind === 'labels' ? outputs.classes : [`not ${name}`, name];
  }

  add(reader: SampleReader, batch: Batch, predictions: ArrayLike<number>, lane: number): void {
    const labels = this.#outputs.kind === 'labels';
    for (const row of reader.rowsOf(batch, lane)) {
      const values = reader.read(predictions, row);
      if (labels) {
        this.#truth.push(batch.labels[row] as number);
        this.#scores.push([...values]);
        continue;
      }
      const score = values[this.#target] as number;
      const truth = batch.targets[row * this.#outputs.targets.length + this.#target] as number;
      this.#truth.push(truth >= 0.5 ? 1 : 0);
      this.#scores.push([1 - score, score]);
    }
  }

  result(): Classes {
    const count = this.#names.length;
    const confusion = Array.from({ length: count }, () => new Array<number>(count).fill(0));
    for (const [row, truth] of this.#truth.entries()) {
      const scores = this.#scores[row] as number[];
      const predicted = scores.indexOf(Math.max(...scores));
      const counts = confusion[truth];
      if (counts !== undefined) counts[predicted] = (counts[predicted] as number) + 1;
    }
    const roc: Curve[] = [];
    const precisionRecall: Curve[] = [];
    // With two classes, the curve of one says all of the other.
    const shown = count === 2 ? [1] : Array.from({ length: Math.min(count, mostCurves) }, (_, i) => i);
    for (const index of shown) {
      const scores = this.#scores.map((row) => row[index] as number);
      const positive = this.#truth.map((truth) => truth === index);
      const curves = rankingCurves(this.#names[index] ?? '', scores, positive);
      if (curves === null) continue;
      roc.push(curves.roc);
      precisionRecall.push(curves.precisionRecall);
    }
    return { names: [...this.#names], confusion, roc, precisionRecall };
  }
}
