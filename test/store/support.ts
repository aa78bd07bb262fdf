import { createHash } from 'node:crypto';
import type { RunRecord } from '../../engine/contract/run.ts';
import type { TrainingState } from '../../engine/contract/training-state.ts';
import type { FileSystem, StorePlatform } from '../../engine/store/file-system.ts';

/** A machine on which process 100 runs the test; more processes can be named with their start times. */
export function platformOf(
  files: FileSystem,
  running: Readonly<Record<number, string>> = { 100: 'noon' },
  pid = 100,
  host = 'desk',
): StorePlatform {
  return {
    files,
    processes: { host, pid, startOf: async (number) => running[number] ?? null },
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    now: () => '2026-01-02T03:04:05.000Z',
  };
}

/** A state in which every value tells its step. */
export function stateAt(step: number, best = false): TrainingState {
  return {
    step,
    microStep: 2 * step,
    epoch: Math.floor(step / 10),
    batchInEpoch: step % 10,
    epochLossSum: 0.1 + step,
    epochWeightSum: 3 * step,
    parameters: new Map<string, Float32Array | Float64Array>([
      ['gru.0.forward.kernel', Float32Array.of(step, 0.1, -0, Number.MIN_VALUE, 1e-40, 3e38)],
      ['output.bias', Float64Array.of(0.1 + step, 1 / 3)],
    ]),
    optimizer: new Map([['output.bias/s0', Float64Array.of(step / 7, 5)]]),
    averages: new Map([['output.bias', Float64Array.of(9, step)]]),
    carried: new Map([['gru.0.forward', Float32Array.of(step)]]),
    best: best
      ? { epoch: 1, value: 0.25, parameters: new Map([['output.bias', Float64Array.of(2, 4)]]) }
      : null,
    epochsWithoutImprovement: step % 3,
    plateau: { factor: 0.1, best: best ? 0.25 : null, bad: 1, cooldown: 2 },
  };
}

export function recordOf(id: string): RunRecord {
  return {
    id,
    name: 'sales',
    task: 'forecast',
    status: 'created',
    created: '2026-01-02T03:04:05.000Z',
    updated: '2026-01-02T03:04:05.000Z',
    seed: 1,
    backend: { name: 'reference', precision: 'float64', description: 'loops', threads: 1 },
    program: { version: '0.1.0', runtime: 'node 20', system: 'linux x64' },
    dataset: { id: 'd', source: '/a.csv', sha256: '0'.repeat(64), rows: 10 },
    parameters: 8,
    estimatedBytes: 1000,
    step: 0,
    epoch: 0,
    bestEpoch: null,
    seconds: 0,
    metrics: null,
    reason: null,
    error: null,
    model: null,
  };
}
