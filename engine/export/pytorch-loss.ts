import type { ModelDescription } from '../model/description.ts';
import { gaussianVarianceFloor, type Loss } from '../ops/loss.ts';

function weightTensor(weights: readonly number[]): string {
  return `torch.tensor(${JSON.stringify(weights)}, device=batch["weights"].device)`;
}

/** How much each row counts in the divisor of the mean. */
export function weightCode(loss: Loss, model: ModelDescription): string[] {
  if (loss.kind === 'crossEntropy' && loss.classWeights !== null && model.outputs.kind === 'labels') {
    return [`counts = ${weightTensor(loss.classWeights)}[batch["labels"].long().clamp(min=0)]`];
  }
  return ['counts = torch.ones_like(batch["weights"])'];
}

/** `rows`, the loss of each row, by the equations of engine/ops/loss.ts. */
export function lossCode(loss: Loss, model: ModelDescription): string[] {
  const labels = 'labels = batch["labels"].long().clamp(min=0)';
  const perTarget = (columns: number) =>
    `p = predictions.unflatten(-1, (${model.outputs.targets.length}, ${columns}))`;
  const end = 'return rows, None';
  switch (loss.kind) {
    case 'meanSquaredError':
      return ['rows = ((predictions - batch["targets"]) ** 2).sum(-1)', end];
    case 'meanAbsoluteError':
      return ['rows = (predictions - batch["targets"]).abs().sum(-1)', end];
    case 'huber':
      return [
        `rows = functional.huber_loss(predictions, batch["targets"], reduction="none", delta=${loss.delta}).sum(-1)`,
        end,
      ];
    case 'logCosh':
      return [
        'd = predictions - batch["targets"]',
        'rows = (d + functional.softplus(-2 * d) - math.log(2)).sum(-1)',
        end,
      ];
    case 'pinball':
      return [
        perTarget(loss.quantiles.length),
        `q = torch.tensor(${JSON.stringify(loss.quantiles)}, device=p.device)`,
        'd = batch["targets"][..., None] - p',
        'rows = torch.maximum(q * d, (q - 1) * d).sum((-2, -1))',
        end,
      ];
    case 'gaussian':
      return [
        perTarget(2),
        `variance = functional.softplus(p[..., 1]) + ${gaussianVarianceFloor}`,
        'rows = (0.5 * (variance.log() + (batch["targets"] - p[..., 0]) ** 2 / variance)).sum(-1)',
        end,
      ];
    case 'poisson':
      return ['rows = (predictions.exp() - batch["targets"] * predictions).sum(-1)', end];
    case 'crossEntropy': {
      const weights = loss.classWeights === null ? 'None' : weightTensor(loss.classWeights);
      return [
        labels,
        'flat = predictions.reshape(-1, predictions.shape[-1])',
        `rows = functional.cross_entropy(flat, labels.reshape(-1), weight=${weights}, reduction="none", label_smoothing=${loss.smoothing})`,
        'rows = rows.reshape(labels.shape)',
        end,
      ];
    }
    case 'focal':
      return [
        labels,
        'logarithms = functional.log_softmax(predictions, -1).gather(-1, labels[..., None])[..., 0]',
        `rows = -((1 - logarithms.exp()) ** ${loss.gamma}) * logarithms`,
        ...(loss.classWeights === null ? [] : [`rows = rows * ${weightTensor(loss.classWeights)}[labels]`]),
        end,
      ];
    case 'binaryCrossEntropy':
      return [
        `targets = batch["targets"] * ${1 - loss.smoothing} + ${loss.smoothing / 2}`,
        `positive = torch.tensor(${loss.positiveWeight}, device=predictions.device)`,
        'rows = functional.binary_cross_entropy_with_logits(predictions, targets, pos_weight=positive, reduction="none")',
        'rows = rows.sum(-1)',
        end,
      ];
    case 'binaryFocal':
      return [
        'y = batch["targets"]',
        'p = torch.sigmoid(predictions)',
        'rows = functional.binary_cross_entropy_with_logits(predictions, y, reduction="none")',
        `rows = rows * (1 - (p * y + (1 - p) * (1 - y))) ** ${loss.gamma}`,
        ...(loss.alpha === null ? [] : [`rows = rows * (${loss.alpha} * y + ${1 - loss.alpha} * (1 - y))`]),
        'rows = rows.sum(-1)',
        end,
      ];
  }
}
