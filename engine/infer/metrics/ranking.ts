/** Scores of positive and negative examples, for the area under the ROC curve. */
export class RankingScores {
  readonly #scores: number[] = [];
  readonly #positive: boolean[] = [];
  readonly #weights: number[] = [];

  add(score: number, positive: boolean, weight: number): void {
    this.#scores.push(score);
    this.#positive.push(positive);
    this.#weights.push(weight);
  }

  /**
   * The probability that a positive example scores above a negative one, ties counting half (scikit-learn
   * roc_auc_score); null when one of the two is missing.
   */
  area(): number | null {
    const order = this.#scores.map((_, index) => index);
    order.sort((a, b) => (this.#scores[a] as number) - (this.#scores[b] as number));
    let below = 0;
    let area = 0;
    let positives = 0;
    for (let start = 0; start < order.length; ) {
      let end = start;
      let tiedPositive = 0;
      let tiedNegative = 0;
      const score = this.#scores[order[start] as number];
      while (end < order.length && this.#scores[order[end] as number] === score) {
        const index = order[end] as number;
        if (this.#positive[index] === true) tiedPositive += this.#weights[index] as number;
        else tiedNegative += this.#weights[index] as number;
        end += 1;
      }
      area += tiedPositive * (below + tiedNegative / 2);
      below += tiedNegative;
      positives += tiedPositive;
      start = Math.max(end, start + 1);
    }
    return below === 0 || positives === 0 ? null : area / (below * positives);
  }
}
