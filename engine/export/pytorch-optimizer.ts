import type { Schedule, TrainingConfig } from '../contract/training.ts';
import type { Optimizer } from '../ops/optimizer.ts';

/** `make_optimizer(parameters)`: torch.optim where it has the optimizer; all of its definitions are ours. */
export function optimizerCode(optimizer: Optimizer): string {
  const make = (name: string, options: readonly string[]): string =>
    `def make_optimizer(parameters):
    return torch.optim.${name}(${['parameters', 'lr=LEARNING_RATE', ...options].join(', ')})`;
  const betas = (o: { readonly beta1: number; readonly beta2: number }) => `betas=(${o.beta1}, ${o.beta2})`;
  switch (optimizer.kind) {
    case 'sgd':
      return make('SGD', [
        `momentum=${optimizer.momentum}`,
        `nesterov=${python(optimizer.nesterov && optimizer.momentum > 0)}`,
      ]);
    case 'adam':
      return make('Adam', [
        betas(optimizer),
        `eps=${optimizer.epsilon}`,
        `amsgrad=${python(optimizer.amsgrad)}`,
      ]);
    case 'adamax':
      return make('Adamax', [betas(optimizer), `eps=${optimizer.epsilon}`]);
    case 'nadam':
      return make('NAdam', [
        betas(optimizer),
        `eps=${optimizer.epsilon}`,
        `momentum_decay=${optimizer.momentumDecay}`,
      ]);
    case 'radam':
      return make('RAdam', [betas(optimizer), `eps=${optimizer.epsilon}`]);
    case 'rmsprop':
      return make('RMSprop', [
        `alpha=${optimizer.alpha}`,
        `eps=${optimizer.epsilon}`,
        `momentum=${optimizer.momentum}`,
        `centered=${python(optimizer.centered)}`,
      ]);
    case 'adagrad':
      return make('Adagrad', [
        `eps=${optimizer.epsilon}`,
        `initial_accumulator_value=${optimizer.initialAccumulator}`,
      ]);
    case 'adadelta':
      return make('Adadelta', [`rho=${optimizer.rho}`, `eps=${optimizer.epsilon}`]);
    case 'lion':
      return `class Lion(torch.optim.Optimizer):
    """Chen et al. 2023; torch.optim has none."""

    def __init__(self, parameters):
        super().__init__(parameters, {"lr": LEARNING_RATE})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                m = state.setdefault("momentum", torch.zeros_like(p))
                p -= group["lr"] * torch.sign(${optimizer.beta1} * m + ${1 - optimizer.beta1} * p.grad)
                m.mul_(${optimizer.beta2}).add_(p.grad, alpha=${1 - optimizer.beta2})


def make_optimizer(parameters):
    return Lion(parameters)`;
  }
}

/** `factor(step, epoch, total)`: the equations of engine/train/schedules.ts. */
export function scheduleCode({ schedule }: Pick<TrainingConfig, 'schedule'>): string {
  const lines = scheduleLines(schedule).map((line) => `    ${line}`);
  return [
    'def factor(step, epoch, total):',
    '    """What multiplies the base learning rate; both counts are of those finished."""',
    ...lines,
  ].join('\n');
}

function scheduleLines(schedule: Schedule): string[] {
  const p = 'per' in schedule && schedule.per === 'epoch' ? 'epoch' : 'step';
  switch (schedule.kind) {
    case 'constant':
      return ['return 1.0'];
    case 'step':
      return [`return ${schedule.gamma} ** (${p} // ${schedule.size})`];
    case 'multiStep':
      return [
        `return ${schedule.gamma} ** sum(milestone <= ${p} for milestone in ${JSON.stringify(schedule.milestones)})`,
      ];
    case 'exponential':
      return [`return ${schedule.gamma} ** ${p}`];
    case 'inverseTime': {
      const ratio = `${p} ${schedule.staircase ? '//' : '/'} ${schedule.decaySteps}`;
      return [`return 1 / (1 + ${schedule.decayRate} * (${ratio}))`];
    }
    case 'polynomial':
      return [
        `left = 1 - min(1, ${p} / ${schedule.decaySteps})`,
        `return ${1 - schedule.endFactor} * left ** ${schedule.power} + ${schedule.endFactor}`,
      ];
    case 'cosine':
      return [
        `fraction = min(1, ${p} / ${schedule.decaySteps})`,
        `return ${schedule.minimumFactor} + ${1 - schedule.minimumFactor} * (1 + math.cos(math.pi * fraction)) / 2`,
      ];
    case 'cosineRestarts':
      return [
        `start, period = 0, ${schedule.firstPeriod}`,
        `while ${p} >= start + period:`,
        '    start += period',
        `    period *= ${schedule.periodFactor}`,
        `fraction = (${p} - start) / period`,
        `return ${schedule.minimumFactor} + ${1 - schedule.minimumFactor} * (1 + math.cos(math.pi * fraction)) / 2`,
      ];
    case 'oneCycle':
      return oneCycleLines(schedule);
    case 'cyclic':
      return cyclicLines(schedule);
  }
}

function oneCycleLines(schedule: Extract<Schedule, { kind: 'oneCycle' }>): string[] {
  const blend =
    schedule.shape === 'cosine'
      ? 'return end + (start - end) / 2 * (1 + math.cos(math.pi * fraction))'
      : 'return start + (end - start) * fraction';
  return [
    `steps = ${schedule.totalSteps ?? 'total'}`,
    `first, last = 1 / ${schedule.startDivisor}, 1 / ${schedule.startDivisor} / ${schedule.endDivisor}`,
    `peak = ${schedule.warmFraction} * steps - 1`,
    'if step <= peak:',
    '    start, end, fraction = first, 1, step / peak if peak > 0 else 1',
    'else:',
    '    start, end, fraction = 1, last, min(1, (step - peak) / (steps - 1 - peak)) if steps - 1 > peak else 1',
    blend,
  ];
}

function cyclicLines(schedule: Extract<Schedule, { kind: 'cyclic' }>): string[] {
  const down = schedule.stepsDown ?? schedule.stepsUp;
  const shrink = {
    triangular: '1.0',
    triangular2: '1 / 2 ** cycle',
    exponential: `${schedule.gamma} ** step`,
  }[schedule.mode];
  return [
    `up, down = ${schedule.stepsUp}, ${down}`,
    'cycle = step // (up + down)',
    'within = step - cycle * (up + down)',
    'height = within / up if within <= up else (up + down - within) / down',
    `return ${schedule.minimumFactor} + ${1 - schedule.minimumFactor} * height * ${shrink}`,
  ];
}

function python(value: boolean): string {
  return value ? 'True' : 'False';
}
