import type { RunEvent } from '../../../engine/contract/events.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { PreparedData } from '../../../engine/data/prepared.ts';
import { initialTrainingState } from '../../../engine/train/initial-state.ts';
import { train } from '../../../engine/train/train.ts';
import type { ServiceHost } from '../host.ts';
import { assembleRun } from './assemble.ts';
import { measureModel } from './measure.ts';
import { asEvent, startEvent } from './run-training.ts';

export interface MemoryTrainOptions {
  readonly name: string;
  readonly experiment: Experiment;
  readonly data: PreparedData;
  readonly signal: AbortSignal;
}

/** Trains on data that is no file and keeps nothing: for examples. Events are those of `trainRun`, without checkpoints. */
export async function* trainInMemory(
  host: ServiceHost,
  { name, experiment, data, signal }: MemoryTrainOptions,
): AsyncGenerator<RunEvent> {
  const started = host.now();
  const assembled = await assembleRun(host, { experiment, data }, experiment.backend, true);
  try {
    const { built, executable, backend } = assembled;
    const { precision } = backend.info;
    const state = initialTrainingState(experiment, built, precision);
    yield startEvent(assembled, name, state);
    for (const decision of assembled.decisions) yield asEvent(decision);
    const training = { experiment, built, executable, precision, data, state, signal };
    for await (const event of train({
      ...training,
      host: { now: host.now, pause: host.pause, stepEventInterval: 100 },
    })) {
      if (event.event === 'checkpoint-due') continue;
      if (event.event !== 'end') {
        yield event;
        continue;
      }
      const { reason, step, epoch, bestEpoch } = event;
      const metrics = reason === 'interrupted' ? {} : await measureModel(host, assembled);
      const seconds = (host.now() - started) / 1000;
      yield { event: 'done', id: name, reason, step, epoch, bestEpoch, metrics, seconds };
    }
  } finally {
    assembled.dispose();
  }
}
