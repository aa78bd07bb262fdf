import type { ClipGradients, Constrain, Regularize } from '../../ops/op.ts';
import { resultIndex } from '../../plan/plan.ts';
import { clamp } from './activation.ts';
import { addTo, type Run } from './run.ts';

/** What happens to gradients before the optimizer, and to parameters after it. */

export function regularize(run: Run, op: Regularize): void {
  const gradient = run.floats(op.gradient);
  if (op.first) run.results[resultIndex.penalty] = 0;
  run.floats(op.parameter).forEach((value, index) => {
    addTo(run.results, resultIndex.penalty, op.l1 * Math.abs(value) + op.l2 * value ** 2);
    addTo(gradient, index, op.l1 * Math.sign(value) + 2 * op.l2 * value);
  });
}

export function clipGradients(run: Run, op: ClipGradients): void {
  const gradients = op.gradients.map((slot) => run.floats(slot));
  const squares = gradients.map((gradient) => gradient.reduce((sum, value) => sum + value ** 2, 0));
  const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  run.results[resultIndex.gradientNorm] = norm;
  run.results[resultIndex.clippedFraction] = clip(op, gradients, squares.map(Math.sqrt), norm);
}

/** Clips in place; returns the fraction that was clipped. */
function clip(op: ClipGradients, gradients: Float64Array[], norms: number[], norm: number): number {
  switch (op.mode) {
    case 'none':
      return 0;
    case 'value':
      return clipValues(gradients, op.threshold);
    case 'tensorNorm':
      return (
        gradients.filter((gradient, index) => rescale([gradient], norms[index] as number, op.threshold))
          .length / gradients.length
      );
    case 'globalNorm':
      return Number(rescale(gradients, norm, op.threshold));
  }
}

function clipValues(gradients: Float64Array[], threshold: number): number {
  let limited = 0;
  let total = 0;
  for (const gradient of gradients) {
    total += gradient.length;
    gradient.forEach((value, index) => {
      if (Math.abs(value) > threshold) limited += 1;
      gradient[index] = clamp(value, -threshold, threshold);
    });
  }
  return limited / total;
}

function rescale(gradients: Float64Array[], norm: number, threshold: number): boolean {
  const factor = Math.min(1, threshold / (norm + 1e-6));
  for (const gradient of gradients) {
    gradient.forEach((value, index) => {
      gradient[index] = value * factor;
    });
  }
  return factor < 1;
}

export function constrain(run: Run, op: Constrain): void {
  const parameter = run.floats(op.parameter);
  for (let column = 0; column < op.columns; column++) {
    const indices = Array.from({ length: op.rows }, (_, row) => row * op.columns + column);
    const norm = Math.sqrt(indices.reduce((sum, index) => sum + (parameter[index] as number) ** 2, 0));
    for (const index of indices) parameter[index] = constrained(op, parameter[index] as number, norm);
  }
}

function constrained(op: Constrain, value: number, norm: number): number {
  switch (op.constraint) {
    case 'maxNorm':
      return (value * clamp(norm, 0, op.limit)) / (1e-7 + norm);
    case 'unitNorm':
      return value / (1e-7 + norm);
    case 'nonNegative':
      return Math.max(value, 0);
  }
}
