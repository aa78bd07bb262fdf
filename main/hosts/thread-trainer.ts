import { MessagePort, Worker } from 'node:worker_threads';
import { describeError, WorkbenchError } from '../../engine/base/errors.ts';
import type { RunEvent } from '../../engine/contract/events.ts';
import { bundledProgram } from '../platform/bundle.ts';
import { errorOf } from '../platform/threads/fault-error.ts';
import type { OpenPagePort } from '../platform/webgpu/page-gpu.ts';
import { Channel } from '../services/events/channel.ts';
import type { Trainer, TrainingProcess, TrainingTask } from '../services/runs/trainer.ts';
import type { TrainingOrder, TrainingReport, TrainingStart } from './training-messages.ts';

/**
 * Trains every run in a thread of its own.
 * @param pageNow asked at the start of a run: ports to a page that computes on the graphics card; null where threads
 * reach it themselves.
 */
export function createThreadTrainer(pageNow: () => OpenPagePort | null = () => null): Trainer {
  return { start: (task) => startThread(task, pageNow()) };
}

function startThread(task: TrainingTask, openPage: OpenPagePort | null): TrainingProcess {
  const workerData: TrainingStart = { gpuPage: openPage !== null };
  // Options that the program itself was started with mean nothing to a file.
  const worker = new Worker(bundledProgram('training-thread.mjs'), { execArgv: [], workerData });
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
      case 'gpu':
        openPage?.().then(
          (answer) => {
            const order: TrainingOrder = { order: 'gpu', answer };
            worker.postMessage(order, answer instanceof MessagePort ? [answer] : []);
          },
          (error: unknown) => order({ order: 'gpu', answer: { reason: describeError(error) } }),
        );
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
