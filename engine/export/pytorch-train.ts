import type { Experiment } from '../contract/experiment.ts';
import type { ModelDescription } from '../model/description.ts';
import { termsPerRow, resolveLoss } from '../model/loss.ts';
import { gaussianVarianceFloor, type Loss } from '../ops/loss.ts';
import { optimizerCode, scheduleCode } from './pytorch-optimizer.ts';
import { torchFrozen } from './pytorch-names.ts';
import { type ExportSource, unsupported } from './source.ts';

export interface TrainingFiles {
  readonly module: string;
  readonly data: string;
  readonly start: string;
}

/** Throws `export/unsupported`, naming the key, for what the generated training script does not do. */
export function requireTorchTraining({ model, training }: Experiment): void {
  const refuse = (key: string, what: string) => unsupported('The PyTorch training script', key, what);
  const { regularizers, constraints, learningRateMultipliers } = training;
  if (training.stateful) throw refuse('training.stateful', 'a state that is carried from window to window');
  if (training.averaging !== null) throw refuse('training.averaging', 'averages of the weights');
  if (training.plateau !== null) throw refuse('training.plateau', 'a reduction on a plateau');
  for (const [key, value] of Object.entries({ regularizers, constraints, learningRateMultipliers })) {
    if (Object.keys(value).length > 0) throw refuse(`training.${key}`, `${key} for kinds of weights`);
  }
  model.layers.forEach(({ recurrentDropout, zoneout }, index) => {
    if (recurrentDropout > 0) {
      throw refuse(`model.layers.${index}.recurrentDropout`, 'dropout on the recurrent state');
    }
    if (zoneout > 0) throw refuse(`model.layers.${index}.zoneout`, 'zoneout in training');
  });
}

/**
 * `train.py`: the experiment of the run in plain PyTorch, for one process or, under `torchrun`, for several with
 * DistributedDataParallel. Loss, clipping, optimizer and schedule follow the equations of this program, so that from
 * the same weights and batches its losses are ours to rounding, with any number of processes.
 * Throws `export/unsupported`.
 */
export function torchTraining(source: ExportSource, files: TrainingFiles): string {
  const { experiment, model, data } = source;
  requireTorchTraining(experiment);
  const { training } = experiment;
  const loss = resolveLoss(
    training.loss,
    model.outputs,
    data?.balancedClassWeights ?? model.outputs.classes.map(() => 1),
  );
  const terms = termsPerRow(loss, training.lossReduction, model.outputs);
  return `"""The experiment "${docText(experiment.name)}" in plain PyTorch. Needs the packages torch and safetensors.

One process: python ${fileNames.script}
Several:     torchrun --nproc_per_node=4 ${fileNames.script}

Samples come prepared in ${files.data}: for each part (train, validation, test) the tensors
features [samples, steps, F], tokens [samples, steps, K], state [samples, S], lengths [samples], weights [samples] or
[samples, steps] (0 on padding), and targets or labels. The order of shuffled samples and the masks of dropout are
PyTorch's own; everything else is as in the run. The checkpoint has the same names as the exported weights.
"""
import argparse
import json
import math
import os
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import distributed
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

from ${files.module} import Model

here = Path(__file__).parent
EPOCHS = ${training.epochs}
STEPS = ${training.steps ?? 'None'}
BATCH = ${training.batchSize}
ACCUMULATION = ${training.gradientAccumulation}
SHUFFLE = ${training.shuffle ? 'True' : 'False'}
SEED = ${training.seed}
LEARNING_RATE = ${training.learningRate}
WARMUP = ${training.warmup}
WEIGHT_DECAY = ${training.weightDecay}
PATIENCE = ${training.earlyStopping?.patience ?? 'None'}
MINIMUM_CHANGE = ${training.earlyStopping?.minimumChange ?? 0}
RESTORE_BEST = ${training.earlyStopping?.restoreBest === true ? 'True' : 'False'}
# Weights that do not learn.
FROZEN = ${JSON.stringify(torchFrozen(model, training.frozen))}

rank = int(os.environ.get("RANK", "0"))
world = int(os.environ.get("WORLD_SIZE", "1"))


class Part:
    """The samples of one part, kept as they lie in the file."""

    def __init__(self, tensors, name, device):
        prefix = name + "."
        self.tensors = {key[len(prefix):]: value for key, value in tensors.items() if key.startswith(prefix)}
        self.device = device
        self.count = len(self.tensors["lengths"]) if "lengths" in self.tensors else 0

    def batch(self, samples):
        rows = {key: value[samples] for key, value in self.tensors.items()}
        longest = int(rows["lengths"].max())
        for key in ${JSON.stringify(sequenceKeys(model))}:
            if key in rows:
                rows[key] = rows[key][:, :longest]
        return {key: value.to(self.device) for key, value in rows.items()}


def predict(model, batch):
    return model(${callArguments(model)}, lengths=batch["lengths"].long())


def losses(predictions, batch):
    """The loss of each row of weight 1, and what each row counts in the divisor of the mean."""
${indented(lossCode(loss, model))}


def batch_loss(model, batch, weight):
    rows, _ = losses(predict(model, batch), batch)
    return (batch["weights"] * rows).sum() / weight


def weight_of(batch):
    if not batch:
        return 0.0
${indented(weightCode(loss, model))}
    return float((batch["weights"] * counts).sum()) * ${terms}


def clip(parameters):
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = torch.sqrt(sum((gradient.double() ** 2).sum() for gradient in gradients))
${indented(clippingCode(training.clipping))}
    return float(norm)


${scheduleCode(training)}


def learning_rate(step, epoch, total):
    warm = 1.0 if WARMUP == 0 else min(1.0, (step + 1) / WARMUP)
    return LEARNING_RATE * factor(step, epoch, total) * warm


${optimizerCode(training.optimizer)}


@torch.no_grad()
def evaluate(model, part):
    model.eval()
    total = weight = 0.0
    for start in range(0, part.count, BATCH):
        batch = part.batch(torch.arange(start, min(start + BATCH, part.count)))
        rows, _ = losses(predict(model, batch), batch)
        total += float((batch["weights"] * rows).sum())
        weight += weight_of(batch)
    model.train()
    return total / weight if weight > 0 else math.nan


def decays(name):
    # Biases, gains and initial states are offsets, not strengths of connections.
    return not any(part in name for part in ("bias", "gain", "initial_state"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default=here / ${JSON.stringify(files.data)})
    parser.add_argument("--start", default=here / ${JSON.stringify(files.start)}, help="weights to start from")
    parser.add_argument("--output", default=here / "checkpoint.safetensors")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()

    if world > 1:
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    local_rank = int(os.environ.get("LOCAL_RANK", "0"))
    device = torch.device("cuda", local_rank) if torch.cuda.is_available() else torch.device("cpu")
    torch.manual_seed(SEED)
    tensors = load_file(options.data)
    train, validation, test = (Part(tensors, name, device) for name in ("train", "validation", "test"))
    model = Model()
    model.load_state_dict(load_file(options.start))
    with safe_open(options.start, "pt") as file:
        metadata = file.metadata() or {}
    model.to(device)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in FROZEN)
    trained = DistributedDataParallel(model) if world > 1 else model
    named = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    parameters = [parameter for _, parameter in named]
    optimizer = make_optimizer(parameters)

    batches = math.ceil(train.count / BATCH)
    updates = math.ceil(batches / ACCUMULATION)
    total = options.epochs * updates
    if options.steps is not None:
        total = min(total, options.steps)
    order = torch.Generator().manual_seed(SEED)
    best, best_state, waited, step = math.inf, None, 0, 0
    for epoch in range(options.epochs):
        samples = torch.randperm(train.count, generator=order) if SHUFFLE else torch.arange(train.count)
        for update in range(updates):
            if step >= total:
                break
            first = update * ACCUMULATION
            whole = [samples[i * BATCH:(i + 1) * BATCH] for i in range(first, min(first + ACCUMULATION, batches))]
            # Every process takes its share of each batch; the mean divides by the weight of all of them.
            weight = sum(weight_of(train.batch(batch)) for batch in whole)
            rate = learning_rate(step, epoch, total)
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad()
            seen = torch.zeros((), dtype=torch.float64, device=device)
            for index in whole:
                share = index[rank::world]
                batch = train.batch(share if len(share) > 0 else index[:1])
                if len(share) == 0:
                    batch["weights"] = torch.zeros_like(batch["weights"])
                loss = batch_loss(trained, batch, weight)
                # DistributedDataParallel averages over processes; the loss is a sum over them.
                (loss * world).backward()
                seen += loss.detach().double()
            if world > 1:
                distributed.all_reduce(seen)
            norm = clip(parameters)
            with torch.no_grad():
                for name, parameter in named:
                    if WEIGHT_DECAY > 0 and decays(name):
                        parameter -= rate * WEIGHT_DECAY * parameter
            optimizer.step()
            step += 1
            if rank == 0:
                print(json.dumps({"step": step, "epoch": epoch, "loss": float(seen), "rate": rate, "norm": norm}))
        measured = evaluate(model, validation) if validation.count > 0 else math.nan
        if rank == 0:
            print(json.dumps({"epoch": epoch + 1, "validation": None if math.isnan(measured) else measured}))
        if step >= total:
            break
        if PATIENCE is not None and not math.isnan(measured):
            if measured < best - MINIMUM_CHANGE:
                best, waited = measured, 0
                best_state = {name: value.detach().clone() for name, value in model.state_dict().items()}
            else:
                waited += 1
                if waited > PATIENCE:
                    break
    if RESTORE_BEST and best_state is not None:
        model.load_state_dict(best_state)
    tested = evaluate(model, test) if test.count > 0 else math.nan
    if rank == 0:
        state = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
        save_file(state, options.output, metadata=metadata)
        print(json.dumps({"test": None if math.isnan(tested) else tested, "checkpoint": str(options.output)}))
    if world > 1:
        distributed.destroy_process_group()


if __name__ == "__main__":
    main()
`;
}

const fileNames = { script: 'train.py' } as const;

function sequenceKeys(model: ModelDescription): string[] {
  const keys = ['features', 'tokens'];
  return model.outputs.rows === 'sequence' ? [...keys, 'weights', 'targets', 'labels'] : keys;
}

function callArguments(model: ModelDescription): string {
  const parts = ['batch["features"]'];
  if (model.embeddings.length > 0) parts.push('batch["tokens"].long()');
  if (model.inputs.stateValues > 0) parts.push('batch["state"]');
  return parts.join(', ');
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n');
}

function weightTensor(weights: readonly number[]): string {
  return `torch.tensor(${JSON.stringify(weights)}, device=batch["weights"].device)`;
}

function weightCode(loss: Loss, model: ModelDescription): string[] {
  if (loss.kind === 'crossEntropy' && loss.classWeights !== null && model.outputs.kind === 'labels') {
    return [`counts = ${weightTensor(loss.classWeights)}[batch["labels"].long().clamp(min=0)]`];
  }
  return ['counts = torch.ones_like(batch["weights"])'];
}

/** The equations of engine/ops/loss.ts. */
function lossCode(loss: Loss, model: ModelDescription): string[] {
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

function clippingCode(clipping: Experiment['training']['clipping']): string[] {
  switch (clipping.kind) {
    case 'none':
      return [];
    case 'value':
      return [
        'for gradient in gradients:',
        `    gradient.clamp_(-${clipping.threshold}, ${clipping.threshold})`,
      ];
    case 'tensorNorm':
      return [
        'for gradient in gradients:',
        '    own = float(gradient.norm())',
        `    if own > ${clipping.threshold}:`,
        `        gradient.mul_(${clipping.threshold} / own)`,
      ];
    case 'globalNorm':
      return [
        `if norm > ${clipping.threshold}:`,
        '    for gradient in gradients:',
        `        gradient.mul_(${clipping.threshold} / float(norm))`,
      ];
  }
}

/** A text of a person within a docstring. */
function docText(text: string): string {
  return text.replaceAll('\\', '/').replaceAll('"', "'").replace(/\s+/g, ' ');
}
