import type { Batch, SampleOrigin, SampleSet, TargetRestorer } from '../prepared.ts';
import type { SampleRecipe } from '../sample-source.ts';

/** Samples of a table of tokens whose rows, for people, are those of the table of texts. */
export class DocumentSamples implements SampleSet {
  readonly #tokens: SampleSet;
  readonly #rowOf: Int32Array;

  /** @param rowOf row of the text (from 0) of each row of the table of tokens. */
  constructor(tokens: SampleSet, rowOf: Int32Array) {
    this.#tokens = tokens;
    this.#rowOf = rowOf;
  }

  get count(): number {
    return this.#tokens.count;
  }

  get longest(): number {
    return this.#tokens.longest;
  }

  get restore(): TargetRestorer {
    return this.#tokens.restore;
  }

  get streams(): readonly Int32Array[] | null {
    return this.#tokens.streams;
  }

  get recipe(): SampleRecipe | undefined {
    return this.#tokens.recipe;
  }

  length(sample: number): number {
    return this.#tokens.length(sample);
  }

  fill(samples: Int32Array, batch: Batch): void {
    this.#tokens.fill(samples, batch);
  }

  origin(sample: number): SampleOrigin {
    const { firstRow, lastRow } = this.#tokens.origin(sample);
    return { series: '', firstRow: this.#row(firstRow), lastRow: this.#row(lastRow), time: null };
  }

  rowAt(sample: number, timestep: number): number {
    return this.#row(this.#tokens.rowAt?.(sample, timestep) ?? 0);
  }

  /** Both numbers from 1; 0 stands for none. */
  #row(row: number): number {
    return row === 0 ? 0 : (this.#rowOf[row - 1] as number) + 1;
  }
}
