import { experimentSchema } from '../../engine/contract/experiment.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import type { SampleSet } from '../../engine/data/prepared.ts';
import type { Column, Table } from '../../engine/data/table.ts';
import { createHost } from '../../main/cli/host.ts';
import { trainInMemory } from '../../main/services/runs/train-in-memory.ts';

export interface WaitingShape {
  readonly columns: number;
  readonly units: number;
  readonly batch: number;
  readonly window: number;
}

/** How long a training step waits for its batch to be assembled, and how long it takes in all: medians. */
export interface WaitingResult {
  readonly backend: string;
  readonly steps: number;
  readonly fillMs: number;
  readonly stepMs: number;
}

/** Trains on a table of numbers in memory and times every call that assembles a batch. */
export async function measureWaiting(shape: WaitingShape, backend: string): Promise<WaitingResult> {
  const { columns, units, batch, window } = shape;
  const table = numbersTable(columns, 20_000);
  const experiment = experimentSchema.parse({
    data: {
      columns: table.columns.map(({ name }, i) => ({ name, role: i === 0 ? 'featureAndTarget' : 'feature' })),
      window,
      split: { kind: 'time', train: 0.98, validation: 0, gap: 0 },
    },
    model: { layers: [{ units }] },
    training: { batchSize: batch, epochs: 1, steps: Math.max(100, Math.floor(4000 / batch)) },
    backend: { name: backend, threads: 1 },
  });
  const data = prepareData(experiment, table, fitPreparation(experiment, table));
  const starts: number[] = [];
  const fills: number[] = [];
  const timed = (set: SampleSet): SampleSet => ({
    count: set.count,
    longest: set.longest,
    restore: set.restore,
    streams: set.streams,
    length: (sample) => set.length(sample),
    origin: (sample) => set.origin(sample),
    fill: (samples, into) => {
      const start = performance.now();
      set.fill(samples, into);
      starts.push(start);
      fills.push(performance.now() - start);
    },
  });
  const host = createHost();
  const run = trainInMemory(host, {
    name: 'waiting',
    experiment,
    data: { ...data, train: timed(data.train), test: { ...timed(data.test), count: 0 } },
    signal: new AbortController().signal,
  });
  let name = backend;
  for await (const event of run) {
    if (event.event === 'run') {
      name = event.description;
      // What was assembled before the first step, for the naive baselines.
      starts.length = 0;
      fills.length = 0;
    }
    if (event.event !== 'epoch' && event.event !== 'done') continue;
    const steps = starts.slice(1).map((start, i) => start - (starts[i] as number));
    return { backend: name, steps: steps.length, fillMs: median(fills), stepMs: median(steps) };
  }
  throw new Error('the run ended without a step');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function numbersTable(columns: number, rows: number): Table {
  const list = Array.from({ length: columns }, (_, c): Column => {
    const values = Float64Array.from(
      { length: rows },
      (_, i) => Math.sin(i / (3 + c)) + ((i * 31 + c * 7) % 17) / 17,
    );
    return { name: `c${c}`, type: 'number', values };
  });
  return { name: 'numbers', rowCount: rows, columns: list };
}
