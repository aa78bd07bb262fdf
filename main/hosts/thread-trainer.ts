import { Worker } from 'node:worker_threads';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { RunEvent } from '../../engine/contract/events.ts';
import { bundledProgram } from '../platform/bundle.ts';
import { errorOf } from '../platform/threads/fault-error.ts';
import { Channel } from '../services/events/channel.ts';
import type { Trainer, TrainingProcess, TrainingTask } from '../services/runs/trainer.ts';
import type { TrainingOrder, TrainingReport } from './training-messages.ts';

/** Trains every run in a thread of its own. @param program the bundle of `training-thread.ts`. */
export function createThreadTrainer(program: string = bundledProgram('training-thread.mjs')): Trainer {
  return { start: (task) => startThread(program, task) };
}

function startThread(program: string, task: TrainingTask): TrainingProcess {
  // Options that the program itself was started with mean nothing to a file.
  const worker = new Worker(program, { execArgv: [] });
  const channel = new Channel<readonly RunEvent[]>();
  const order = (message: TrainingOrder): void => worker.postMessage(message);
  const end = (): void => {
    worker.terminate().catch(() => undefined);
  };
  worker.on('message', (report: TrainingReport) => {
    switch (report.report) {
      case 'events':
        channel.push(report.events);
        break;
      case 'end':
        channel.end();
        end();
        break;
      case 'failed':
        channel.fail(errorOf(report.fault));
        end();
        break;
    }
  });
  worker.on('error', (cause) => channel.fail(died(cause.message, cause)));
  worker.on('exit', (code) => channel.fail(died(`exit code ${code}`)));
  order({ order: 'start', task });
  return {
    events: channel,
    pause: () => order({ order: 'pause' }),
    resume: () => order({ order: 'resume' }),
    stop: () => order({ order: 'stop' }),
    setRateFactor: (factor) => order({ order: 'rate', factor }),
    keepCheckpoint: (name) => order({ order: 'keep', name }),
  };
}

/** The thread ended before the run did: out of memory, say. */
function died(reason: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError('train/interrupted', `Training ended unexpectedly: ${reason}`, {
    hint: 'Resume the run; a smaller batch takes less memory.',
    cause,
  });
}
