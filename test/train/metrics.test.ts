import { describe, expect, it } from 'vitest';
import { BinaryMetrics, LabelMetrics } from '../../engine/infer/metrics/labels.ts';
import { RankingScores } from '../../engine/infer/metrics/ranking.ts';
import { ValueMetrics } from '../../engine/infer/metrics/values.ts';

describe('metrics', () => {
  it('of values, over the example of scikit-learn (mean_absolute_error, r2_score)', () => {
    // sklearn documentation: y = [3, -0.5, 2, 7], p = [2.5, 0, 2, 8]: MAE 0.5, MSE 0.375, R2 0.9486...
    const metrics = new ValueMetrics(1, [0.25]);
    const truth = [3, -0.5, 2, 7];
    [2.5, 0, 2, 8].forEach((predicted, index) => {
      metrics.add(0, predicted, truth[index] as number, 1);
    });
    const { mae, rmse, r2, smape, mase } = metrics.result();
    expect(mae).toBe(0.5);
    expect(rmse).toBeCloseTo(Math.sqrt(0.375), 15);
    expect(r2).toBeCloseTo(0.9486081370449679, 14);
    expect(smape).toBeCloseTo((1 / 5.5 + 2 + 0 + 2 / 15) / 4, 15);
    expect(mase).toBe(2);
  });

  it('weighs rows as if they were repeated, and leaves out weight 0', () => {
    const weighted = new ValueMetrics(2, null);
    const repeated = new ValueMetrics(2, null);
    const rows = [
      [1, 2, 3],
      [5, 4, 1],
      [2, 9, 0],
      [7, 7.5, 2],
    ];
    for (const [predicted = 0, actual = 0, weight = 0] of rows) {
      weighted.add(0, predicted, actual, weight);
      weighted.add(1, actual, predicted, weight);
      for (let copy = 0; copy < weight; copy++) {
        repeated.add(0, predicted, actual, 1);
        repeated.add(1, actual, predicted, 1);
      }
    }
    const expected = repeated.result();
    for (const [name, value] of Object.entries(weighted.result())) {
      expect(value, name).toBeCloseTo(expected[name] as number, 12);
    }
    expect(new ValueMetrics(1, null).result()).toEqual({});
  });

  it('keeps its precision when the mean is large', () => {
    const metrics = new ValueMetrics(1, null);
    [1, 2, 3, 4].forEach((value) => {
      metrics.add(0, 1e9 + 2.5, 1e9 + value, 1);
    });
    expect(metrics.result().r2).toBeCloseTo(0, 12);
  });

  it('of labels (scikit-learn f1_score, log_loss)', () => {
    // sklearn documentation of f1_score: y = [0,1,2,0,1,2], p = [0,2,1,0,0,1]: macro F1 0.26666...
    const metrics = new LabelMetrics(3);
    const truth = [0, 1, 2, 0, 1, 2];
    [0, 2, 1, 0, 0, 1].forEach((predicted, index) => {
      const probabilities = Float64Array.of(0.1, 0.1, 0.1);
      probabilities[predicted] = 0.8;
      metrics.add(probabilities, truth[index] as number, 1);
    });
    const { accuracy, macroF1, logLoss, auc } = metrics.result();
    expect(accuracy).toBeCloseTo(1 / 3, 15);
    expect(macroF1).toBeCloseTo(0.26666666666666666, 15);
    expect(logLoss).toBeCloseTo(-(2 * Math.log(0.8) + 4 * Math.log(0.1)) / 6, 14);
    expect(auc).toBeUndefined();
  });

  it('of rankings (scikit-learn roc_auc_score), ties counting half', () => {
    const area = (scores: number[], truth: number[]) => {
      const ranking = new RankingScores();
      scores.forEach((score, index) => {
        ranking.add(score, truth[index] === 1, 1);
      });
      return ranking.area();
    };
    // sklearn documentation of roc_auc_score: 0.75
    expect(area([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
    expect(area([0.5, 0.5, 0.5], [0, 1, 1])).toBe(0.5);
    expect(area([0.1, 0.2], [1, 1])).toBeNull();
  });

  it('of several binary targets', () => {
    const metrics = new BinaryMetrics(2);
    metrics.add([2, -1], 0, [1, 0], 0, 1);
    metrics.add([-3, 4], 0, [1, 1], 0, 2);
    metrics.add([9, 9], 0, [0, 0], 0, 0);
    const term = (logit: number) => Math.log1p(Math.exp(logit));
    const first = term(-2) + term(-1);
    const second = term(3) + term(-4);
    const { accuracy, macroF1, logLoss, logLossPerStep, auc } = metrics.result();
    expect(accuracy).toBeCloseTo((1 + 1 + 0 + 2) / 6, 15);
    expect(macroF1).toBeCloseTo(((2 * 1) / (3 + 1) + 1) / 2, 15);
    expect(logLossPerStep).toBeCloseTo((first + 2 * second) / 3, 14);
    expect(logLoss).toBeCloseTo((first + 2 * second) / 6, 14);
    expect(auc).toBe(1);
  });
});
