import { parentPort, workerData } from 'node:worker_threads';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { RunEvent } from '../../engine/contract/events.ts';
import { type OpenPagePort, startPageGpu } from '../platform/webgpu/page-gpu.ts';
import { createTrainer, type TrainingProcess } from '../services/runs/trainer.ts';
import { faultOf } from '../wire/faults.ts';
import { createServiceHost } from './service-host.ts';
import type { TrainingOrder, TrainingReport, TrainingStart } from './training-messages.ts';

/** Least time between two reports of steps, in milliseconds. */
const reportInterval = 40;

/** The thread that trains one run, so that the one that answers windows is never kept waiting by a step. */
if (parentPort !== null) serve(parentPort);

function serve(port: NonNullable<typeof parentPort>): void {
  const tell = (report: TrainingReport): void => port.postMessage(report);
  const { gpuPage }: TrainingStart = workerData;
  const wishes: ((answer: Awaited<ReturnType<OpenPagePort>>) => void)[] = [];
  const openPage: OpenPagePort = () =>
    new Promise((resolve) => {
      wishes.push(resolve);
      tell({ report: 'gpu' });
    });
  const host = gpuPage ? createServiceHost(() => startPageGpu(openPage)) : createServiceHost();
  const trainer = createTrainer(host);
  let training: TrainingProcess | null = null;
  port.on('message', (order: TrainingOrder) => {
    switch (order.order) {
      case 'start':
        training = trainer.start(order.task);
        report(training, tell).then(
          () => tell({ report: 'end' }),
          (error: unknown) => tell({ report: 'failed', fault: faultOf(error) }),
        );
        break;
      case 'pause':
        training?.pause();
        break;
      case 'resume':
        training?.resume();
        break;
      case 'stop':
        training?.stop();
        break;
      case 'rate':
        training?.setRateFactor(order.factor);
        break;
      case 'keep':
        training?.keepCheckpoint(order.name);
        break;
      case 'gpu':
        wishes.shift()?.(order.answer);
        break;
      default:
        throw new WorkbenchError('internal', `Unknown order ${JSON.stringify(order)}`);
    }
  });
}

/** Tells steps together, everything else at once, in order. */
async function report(training: TrainingProcess, tell: (report: TrainingReport) => void): Promise<void> {
  let gathered: RunEvent[] = [];
  let told = 0;
  const flush = (): void => {
    told = performance.now();
    if (gathered.length > 0) tell({ report: 'events', events: gathered });
    gathered = [];
  };
  for await (const events of training.events) {
    gathered.push(...events);
    const onlySteps = events.every(({ event }) => event === 'step');
    if (!onlySteps || performance.now() - told >= reportInterval) flush();
  }
  flush();
}
