import type { Experiment } from '../contract/experiment.ts';
import type { ModelDescription } from '../model/description.ts';
import { termsPerRow, resolveLoss } from '../model/loss.ts';
import { lossCode, weightCode } from './pytorch-loss.ts';
import { optimizerCode, scheduleCode } from './pytorch-optimizer.ts';
import { torchFrozen, torchNamesOfKinds } from './pytorch-names.ts';
import { type ExportSource, unsupported } from './source.ts';

export interface TrainingFiles {
  readonly module: string;
  readonly data: string;
  readonly start: string;
}

/** Throws `export/unsupported`, naming the key, for what the generated training script does not do. */
export function requireTorchTraining({ model, training }: Experiment): void {
  const refuse = (key: string, what: string) => unsupported('The PyTorch training script', key, what);
  const { constraints, learningRateMultipliers } = training;
  if (training.stateful) throw refuse('training.stateful', 'a state that is carried from window to window');
  for (const [key, value] of Object.entries({ constraints, learningRateMultipliers })) {
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
# Share of the old average that every update keeps, or None; evaluation and the checkpoint use the average.
AVERAGING = ${training.averaging?.decay ?? 'None'}
# Factor, patience, threshold, cooldown and smallest factor of ReduceLROnPlateau, or None.
PLATEAU = ${plateauCode(training.plateau)}
# L1 and L2 of weights that are penalized.
PENALTIES = ${JSON.stringify(penaltiesOf(model, training))}
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


def penalize(named):
    """Adds the gradient of l1 * sum |w| + l2 * sum w^2 (Keras)."""
    with torch.no_grad():
        for name, parameter in named:
            l1, l2 = PENALTIES.get(name, (0, 0))
            if l1 > 0 or l2 > 0:
                parameter.grad += l1 * torch.sign(parameter) + 2 * l2 * parameter


class Plateau:
    """Reduces the rate when what is watched stops improving (torch.optim.lr_scheduler.ReduceLROnPlateau)."""

    def __init__(self):
        self.factor, self.best, self.bad, self.cooling = 1.0, None, 0, 0

    def after(self, value):
        if PLATEAU is None:
            return
        factor, patience, threshold, cooldown, smallest = PLATEAU
        better = self.best is None or value < self.best * (1 - threshold)
        if better:
            self.best = value
        cooling = self.cooling > 0
        self.cooling = max(0, self.cooling - 1)
        self.bad = 0 if better or cooling else self.bad + 1
        if self.bad <= patience:
            return
        reduced = max(self.factor * factor, smallest)
        if LEARNING_RATE * (self.factor - reduced) > 1e-8:
            self.factor = reduced
        self.bad, self.cooling = 0, cooldown


class Average:
    """The moving average of the weights, which takes their place while something is measured."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.values = None if AVERAGING is None else [parameter.detach().clone() for parameter in parameters]

    @torch.no_grad()
    def update(self):
        for value, parameter in zip(self.values or (), self.parameters):
            value.mul_(AVERAGING).add_(parameter, alpha=1 - AVERAGING)

    @torch.no_grad()
    def swap(self):
        for value, parameter in zip(self.values or (), self.parameters):
            live = parameter.detach().clone()
            parameter.copy_(value)
            value.copy_(live)


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
    plateau, average = Plateau(), Average(parameters)
    for epoch in range(options.epochs):
        loss_sum = weight_sum = 0.0
        samples = torch.randperm(train.count, generator=order) if SHUFFLE else torch.arange(train.count)
        for update in range(updates):
            if step >= total:
                break
            first = update * ACCUMULATION
            whole = [samples[i * BATCH:(i + 1) * BATCH] for i in range(first, min(first + ACCUMULATION, batches))]
            # Every process takes its share of each batch; the mean divides by the weight of all of them.
            weight = sum(weight_of(train.batch(batch)) for batch in whole)
            rate = learning_rate(step, epoch, total) * plateau.factor
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
            penalize(named)
            norm = clip(parameters)
            with torch.no_grad():
                for name, parameter in named:
                    if WEIGHT_DECAY > 0 and decays(name):
                        parameter -= rate * WEIGHT_DECAY * parameter
            optimizer.step()
            average.update()
            step += 1
            loss_sum += float(seen) * weight
            weight_sum += weight
            if rank == 0:
                print(json.dumps({"step": step, "epoch": epoch, "loss": float(seen), "rate": rate, "norm": norm}))
        average.swap()
        measured = evaluate(model, validation) if validation.count > 0 else math.nan
        if rank == 0:
            print(json.dumps({"epoch": epoch + 1, "validation": None if math.isnan(measured) else measured}))
        # Without a validation part the training loss is watched.
        watched = loss_sum / weight_sum if math.isnan(measured) and weight_sum > 0 else measured
        better = watched < best - MINIMUM_CHANGE
        if better:
            best, waited = watched, 0
            best_state = {name: value.detach().clone() for name, value in model.state_dict().items()}
        else:
            waited += 1
        average.swap()
        plateau.after(watched)
        if step >= total or (PATIENCE is not None and 0 < waited >= PATIENCE):
            break
    average.swap()
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

function plateauCode(plateau: Experiment['training']['plateau']): string {
  if (plateau === null) return 'None';
  const { factor, patience, threshold, cooldown, minimumFactor } = plateau;
  return `(${[factor, patience, threshold, cooldown, minimumFactor].join(', ')})`;
}

/** [l1,l2] by PyTorch's names. */
function penaltiesOf(
  model: ModelDescription,
  { regularizers }: Experiment['training'],
): Readonly<Record<string, readonly [number, number]>> {
  return Object.fromEntries(
    [...torchNamesOfKinds(model)].flatMap(([kind, names]) => {
      const { l1 = 0, l2 = 0 } = regularizers[kind] ?? {};
      return l1 > 0 || l2 > 0 ? names.map((name) => [name, [l1, l2] as const]) : [];
    }),
  );
}

/** A text of a person within a docstring. */
function docText(text: string): string {
  return text.replaceAll('\\', '/').replaceAll('"', "'").replace(/\s+/g, ' ');
}
