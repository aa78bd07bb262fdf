import type { RunEvent } from '../../../engine/contract/events.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { RunNews, RunView, StepColumns } from '../../../engine/contract/rpc/runs.ts';
import { check, weatherText } from './experiments.ts';
import { packFloat32, packFloat64 } from './pack.ts';

/** One made-up run: its curves are functions of the step, so that any stretch of them can be asked for. */
export class MockRun {
  view: RunView;
  readonly text: string;
  readonly experiment: Experiment;
  readonly stepsPerEpoch = 32;
  readonly #seed: number;
  readonly #events: RunEvent[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(id: string, name: string, seed: number, text: string, created: string) {
    const stored = check(text, 0);
    if (stored.experiment === null) throw new Error('the made-up configuration is not valid');
    this.text = text;
    this.experiment = stored.experiment;
    this.#seed = seed;
    this.view = {
      record: {
        id,
        name,
        task: 'forecast',
        status: 'created',
        created,
        updated: created,
        seed: 1,
        backend: {
          name: 'native',
          precision: 'float32',
          description: 'AVX-512, 2 threads',
          threads: 2,
        },
        program: { version: '0.1.0', runtime: 'node 22.0', system: 'linux x64' },
        dataset: {
          id: 'seattle-weather',
          source: 'seattle-weather.csv',
          sha256: '5d'.repeat(32),
          rows: 1461,
        },
        parameters: 14_343,
        estimatedBytes: 2_400_000,
        step: 0,
        epoch: 0,
        bestEpoch: null,
        seconds: 0,
        metrics: null,
        reason: null,
        error: null,
        model: null,
      },
      tags: [],
      note: '',
      queued: null,
      paused: false,
      epochs: this.experiment.training.epochs,
      stepsPerEpoch: this.stepsPerEpoch,
    };
    this.#events.push({
      event: 'run',
      id,
      backend: 'native',
      description: 'AVX-512, 2 threads',
      parameters: 14_343,
      estimatedBytes: 2_400_000,
      samples: { train: 934, validation: 155, test: 156 },
      stepsPerEpoch: this.stepsPerEpoch,
      epochs: this.experiment.training.epochs,
      step: 0,
    });
    this.#events.push({
      event: 'decision',
      subject: 'backend',
      choice: 'native',
      reason: 'fastest of those that work here',
    });
  }

  get total(): number {
    return this.view.epochs * this.stepsPerEpoch;
  }

  #noise(step: number): number {
    const value = Math.sin((step + 1) * 12.9898 + this.#seed * 78.233) * 43_758.5453;
    return value - Math.floor(value) - 0.5;
  }

  loss(step: number): number {
    return (
      0.14 + this.#seed * 0.006 + 0.9 * Math.exp(-step / (220 + 40 * this.#seed)) + 0.06 * this.#noise(step)
    );
  }

  validationLoss(epoch: number): number {
    const step = epoch * this.stepsPerEpoch;
    const overfit = 0.00003 * this.#seed * Math.max(0, step - 500);
    return (
      0.17 +
      this.#seed * 0.008 +
      0.85 * Math.exp(-step / (240 + 40 * this.#seed)) +
      overfit +
      0.01 * this.#noise(epoch + 7)
    );
  }

  columns(from: number, to: number): StepColumns {
    const steps = Array.from({ length: to - from }, (_, index) => from + index + 1);
    const norms = steps.map(
      (step) => 0.4 + 2.2 * Math.exp(-step / 300) + 0.5 * Math.abs(this.#noise(step + 3)),
    );
    return {
      count: steps.length,
      step: packFloat64(steps),
      epoch: packFloat32(steps.map((step) => Math.ceil(step / this.stepsPerEpoch))),
      loss: packFloat32(steps.map((step) => this.loss(step))),
      gradientNorm: packFloat32(norms),
      clippedFraction: packFloat32(norms.map((norm) => (norm > 1 ? 1 : 0))),
      learningRate: packFloat32(steps.map(() => this.experiment.training.learningRate)),
      throughput: packFloat32(steps.map((step) => 5200 + 400 * this.#noise(step + 11))),
    };
  }

  /** Goes on to a step, with the epochs that end on the way. */
  advance(to: number): void {
    const { record } = this.view;
    const step = Math.min(to, this.total);
    let { bestEpoch } = record;
    for (let epoch = record.epoch + 1; epoch * this.stepsPerEpoch <= step; epoch++) {
      const loss = this.validationLoss(epoch);
      const best = bestEpoch === null || loss < this.validationLoss(bestEpoch);
      if (best) bestEpoch = epoch;
      this.#events.push({
        event: 'epoch',
        epoch,
        step: epoch * this.stepsPerEpoch,
        metrics: {
          'train.loss': this.loss(epoch * this.stepsPerEpoch),
          'validation.loss': loss,
          'validation.rmse': Math.sqrt(loss) * 7.35,
          'validation.mae': Math.sqrt(loss) * 5.7,
        },
        best,
        learningRate: this.experiment.training.learningRate,
        seconds: 0.21,
      });
      if (best) this.#events.push({ event: 'checkpoint', step: epoch * this.stepsPerEpoch, path: '' });
    }
    this.view = {
      ...this.view,
      record: {
        ...record,
        status: 'running',
        step,
        epoch: Math.floor(step / this.stepsPerEpoch),
        bestEpoch,
        seconds: step * 0.0066,
        updated: new Date().toISOString(),
      },
    };
    if (step >= this.total) this.finish('done', 'epochs');
    this.changed();
  }

  finish(status: 'done' | 'interrupted', reason: 'epochs' | 'interrupted'): void {
    const { record } = this.view;
    const loss = this.validationLoss(record.bestEpoch ?? 1) + 0.01;
    const metrics = {
      'test.loss': loss,
      'test.rmse': Math.sqrt(loss) * 7.35,
      'test.mae': Math.sqrt(loss) * 5.7,
      'naive.last.rmse': 3.92,
      'naive.seasonal.rmse': 4.64,
      'naive.mean.rmse': 7.31,
    };
    this.view = {
      ...this.view,
      paused: false,
      record: { ...record, status, reason, metrics, model: { sha256: 'ab'.repeat(32) } },
    };
    this.#events.push({
      event: 'done',
      id: record.id,
      reason,
      step: record.step,
      epoch: record.epoch,
      bestEpoch: record.bestEpoch,
      metrics,
      seconds: record.seconds,
    });
    this.changed();
  }

  /** A run that stopped because its loss stopped being a number. */
  diverge(step: number): void {
    this.advance(step);
    const error = {
      code: 'train/diverged' as const,
      message: `The loss became infinite at step ${step} after the gradient norm rose from 3 to 4e7`,
      where: `step ${step}, epoch ${this.view.record.epoch + 1}`,
      hint: 'Turn on global-norm clipping or lower the learning rate.',
    };
    this.view = { ...this.view, record: { ...this.view.record, status: 'diverged', error } };
    this.#events.push({ event: 'error', ...error });
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  get epochs(): RunEvent[] {
    return this.#events.filter(({ event }) => event === 'epoch');
  }

  async *follow(position: number, signal: AbortSignal | undefined): AsyncGenerator<RunNews> {
    let sent = position;
    let told = 0;
    let current = false;
    while (signal?.aborted !== true) {
      const { step } = this.view.record;
      if (step > sent) {
        yield { kind: 'steps', position: step, columns: this.columns(sent, step) };
        sent = step;
      }
      for (; told < this.#events.length; told++) {
        const event = this.#events[told];
        if (event !== undefined) yield { kind: 'event', event };
      }
      yield { kind: 'view', view: this.view };
      if (!current) yield { kind: 'current' };
      current = true;
      const { status } = this.view.record;
      if (status !== 'running' && status !== 'created') return;
      await new Promise<void>((resolve) => {
        const listener = () => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
        signal?.addEventListener('abort', listener, { once: true });
      });
    }
  }
}

/** Runs that a person of some days would have. */
export function startRuns(): MockRun[] {
  const make = (index: number, name: string, change: (text: string) => string) =>
    new MockRun(
      `2026112${index}-09120${index}-weather`,
      name,
      index,
      change(weatherText),
      `2026-11-2${index}T09:12:0${index}.000Z`,
    );
  const runs = [
    make(1, 'baseline', (text) => text),
    make(2, '128 units', (text) => text.replace('"units": 64', '"units": 128')),
    make(3, 'no dropout', (text) => text.replace('"outputDropout": 0.1', '"outputDropout": 0')),
    make(4, 'learning rate 0.1', (text) => text.replace('0.002', '0.1')),
    make(5, 'batch 64', (text) => text.replace('"batchSize": 32', '"batchSize": 64')),
  ];
  runs.forEach((run, index) => {
    if (index === 3) run.diverge(412);
    else run.advance(run.total);
  });
  const [first] = runs;
  if (first !== undefined)
    first.view = { ...first.view, tags: ['reference'], note: 'What the others are compared with.' };
  return runs;
}
