import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { RunEvent } from '../../../engine/contract/events.ts';
import type { TrainingState } from '../../../engine/contract/training-state.ts';
import { createBatch } from '../../../engine/data/prepared.ts';
import { naiveBaselines } from '../../../engine/train/baselines.ts';
import type { CheckpointMoment, TrainingEnd } from '../../../engine/train/options.ts';
import { stepsPerEpoch, totalSteps } from '../../../engine/train/order.ts';
import { train } from '../../../engine/train/train.ts';
import { startThreadFeed, type ThreadFeed } from '../../platform/batches/thread-feed.ts';
import type { ServiceHost } from '../host.ts';
import type { AssembledRun } from './assemble.ts';
import type { RunControl } from './control.ts';
import { keepCheckpoint } from './kept-checkpoints.ts';
import { measureModel } from './measure.ts';
import type { RunRecorder, Saving } from './recorder.ts';

type DecisionEvent = Extract<RunEvent, { event: 'decision' }>;

export interface TrainingStart {
  readonly state: TrainingState;
  /** What was chosen or found before training, told after `run`. */
  readonly decisions: readonly DecisionEvent[];
  readonly signal: AbortSignal;
  /** Factor on the learning rate that a person chose before; 1 by default. */
  readonly rateFactor?: number;
  readonly control?: RunControl;
}

/** Trains an assembled run from a state to its end, and writes down everything before it tells it. */
export async function* runTraining(
  host: ServiceHost,
  assembled: AssembledRun,
  recorder: RunRecorder,
  { state, decisions, signal, rateFactor = 1, control }: TrainingStart,
): AsyncGenerator<RunEvent> {
  const { experiment } = assembled;
  const { keep } = experiment.training.checkpoints;
  const feed = startFeed(assembled, state);
  const told = async (event: RunEvent): Promise<RunEvent> => {
    await recorder.add(event);
    return event;
  };
  let saving: Saving | null = null;
  async function* saved(): AsyncGenerator<RunEvent> {
    if (saving === null) return;
    const { step, path } = saving;
    saving = null;
    yield await told({ event: 'checkpoint', step, path: await path });
  }
  try {
    await recorder.update({ status: 'running', error: null });
    yield await told(startEvent(assembled, recorder.record.id, state));
    for (const decision of [...assembled.decisions.map(asEvent), ...decisions]) yield await told(decision);
    let factor = rateFactor;
    let wishesCheckpoint = false;
    for await (const event of train({
      experiment,
      built: assembled.built,
      executable: assembled.executable,
      precision: assembled.backend.info.precision,
      data: assembled.data,
      state,
      signal,
      // Every step goes into the journal.
      host: { now: host.now, pause: host.pause, stepEventInterval: 0 },
      resultsBehind: assembled.backend.info.resultsBehind ?? 0,
      readsGates: assembled.backend.info.name !== 'tensorflow',
      feed,
      control: {
        rateFactor: () => factor,
        takeCheckpointWish: () => {
          const wished = wishesCheckpoint;
          wishesCheckpoint = false;
          return wished;
        },
      },
    })) {
      switch (event.event) {
        case 'checkpoint-due': {
          yield* saved();
          saving = await recorder.save(await event.snapshot(), event.best, keep);
          for (const name of control?.takeKeptNames() ?? []) {
            await keepCheckpoint(host.store, await saving.path, name);
          }
          // While a run trains on, its state is saved beside it; before anything else, it is on the disk.
          if (saving.ended || !trainsOn(event.cause)) yield* saved();
          break;
        }
        case 'step': {
          yield await told({ ...event, seconds: recorder.seconds });
          if (saving?.ended === true) yield* saved();
          if (control === undefined) break;
          await control.whileHeld();
          const wished = control.takeRateFactor();
          if (wished !== null) {
            factor = wished;
            yield await told({ event: 'learning-rate', step: event.step, factor });
          }
          // A change is saved with the state it applies to, so that resuming cannot lose it.
          wishesCheckpoint = wished !== null || control.wantsCheckpoint();
          break;
        }
        case 'end':
          yield* saved();
          yield await finish(host, assembled, recorder, event);
          break;
        default:
          yield await told(event);
      }
    }
  } catch (error) {
    // A lost device is no end of the run: whoever started it goes on from the last checkpoint.
    if (isLost(error)) await recorder.sync();
    else await recorder.fail(error);
    throw resumable(error, recorder);
  } finally {
    await recorder.close();
    await feed?.close();
  }
}

function trainsOn(cause: CheckpointMoment['cause']): boolean {
  return cause === 'epoch' || cause === 'steps';
}

/** Starting the thread that assembles batches takes as long as some steps. */
const fewestFedSteps = 500;

/** Null where the run is short, and where it assembles every batch twice as it accumulates gradients. */
function startFeed({ experiment, data, built }: AssembledRun, { step }: TrainingState): ThreadFeed | null {
  const { training } = experiment;
  const { recipe } = data.train;
  const left = totalSteps(data.train, training) - step;
  if (recipe === undefined || left < fewestFedSteps || training.gradientAccumulation > 1) return null;
  return startThreadFeed(recipe, createBatch(data.inputs, data.outputs, built.plan.extent));
}

/** Whether the device that a run was computed on is gone: a driver was reset, a machine slept, a process died. */
export function isLost(error: unknown): error is WorkbenchError {
  return error instanceof WorkbenchError && error.code === 'backend/lost';
}

/** The first event of a run. */
export function startEvent(assembled: AssembledRun, id: string, state: TrainingState): RunEvent {
  const { experiment, data, built, backend, estimatedBytes } = assembled;
  return {
    event: 'run',
    id,
    backend: backend.info.name,
    description: backend.info.description,
    parameters: built.model.parameterCount,
    estimatedBytes,
    samples: { train: data.train.count, validation: data.validation.count, test: data.test.count },
    stepsPerEpoch: stepsPerEpoch(data.train, experiment.training),
    epochs: experiment.training.epochs,
    step: state.step,
    baselines: naiveBaselines(data, data.validation),
  };
}

export function asEvent(decision: Omit<DecisionEvent, 'event'>): DecisionEvent {
  return { event: 'decision', ...decision };
}

/** Saves the model, measures it on the test part beside naive baselines, and says that the run is done. */
async function finish(
  host: ServiceHost,
  assembled: AssembledRun,
  recorder: RunRecorder,
  end: TrainingEnd,
): Promise<RunEvent> {
  const interrupted = end.reason === 'interrupted';
  let metrics: Record<string, number> = {};
  if (!interrupted) {
    await recorder.saveModel(end.parameters);
    metrics = await measureModel(host, assembled);
  }
  const done: RunEvent = {
    event: 'done',
    id: recorder.record.id,
    reason: end.reason,
    step: end.step,
    epoch: end.epoch,
    bestEpoch: end.bestEpoch,
    metrics,
    seconds: recorder.seconds,
  };
  await recorder.add(done);
  await recorder.sync();
  await recorder.update({
    status: interrupted ? 'interrupted' : 'done',
    reason: end.reason,
    step: end.step,
    epoch: end.epoch,
    bestEpoch: end.bestEpoch,
    ...(interrupted ? {} : { metrics: finiteOrNull(metrics) }),
  });
  return done;
}

/** Metrics as JSON can hold them. */
export function finiteOrNull(metrics: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}

/** An error of the disk, with the word that the run can go on once that is mended. */
function resumable(error: unknown, recorder: RunRecorder): unknown {
  if (!(error instanceof WorkbenchError)) return error;
  if (error.code !== 'store/disk-full' && error.code !== 'store/read-only') return error;
  const { id, step } = recorder.record;
  return new WorkbenchError(error.code, error.message, {
    ...(error.where === undefined ? {} : { where: error.where }),
    hint: `${id} is saved until step ${step}. Mend this, then go on with: gru resume ${recorder.project} ${id}`,
    data: error.data,
    cause: error,
  });
}
