import { WorkbenchError } from '../base/errors.ts';
import type { CheckpointMoment, TrainingEnd, TrainingEvent, TrainOptions } from './options.ts';
import { epochOrder } from './order.ts';
import { type KnownUpdate, TrainingSession } from './session.ts';

/**
 * Trains a model. Yields what happens, and stands still while the caller handles an event; epochs count from 0.
 *
 * The same experiment, data and backend give the same bits, also when the run is stopped at any update and gone on
 * with from the state it left. After the `end` event the executable holds the final model.
 *
 * @throws train/diverged naming the likely cause; data/too-short without training samples; model/... when the state
 *   belongs to another model.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainingEvent> {
  const { data, host, signal } = options;
  const { training } = options.experiment;
  if (data.train.count === 0 && training.epochs > 0) {
    throw new WorkbenchError('data/too-short', 'There is no training sample', {
      hint: 'Make data.window or data.horizon shorter, or give the training part more rows.',
    });
  }
  const session = new TrainingSession(options);
  const { progress } = session;
  const started = host.now();
  let saved = '';
  let lastStepEvent = Number.NEGATIVE_INFINITY;

  const position = (): string => `${progress.step} ${progress.epoch} ${progress.batchInEpoch}`;
  const checkpoint = (cause: CheckpointMoment['cause'], best = false): CheckpointMoment => {
    saved = position();
    const { step, epoch } = progress;
    return { event: 'checkpoint-due', step, epoch, cause, best, snapshot: () => session.snapshot() };
  };
  const end = async (reason: TrainingEnd['reason']): Promise<TrainingEnd> => ({
    event: 'end',
    reason,
    step: progress.step,
    epoch: progress.epoch,
    bestEpoch: progress.best?.epoch ?? null,
    parameters: await session.finish(),
    seconds: (host.now() - started) / 1000,
  });
  const epochEvent = (metrics: Record<string, number>, epoch: number, best: boolean, since: number) => ({
    event: 'epoch' as const,
    epoch,
    step: progress.step,
    metrics,
    best,
    learningRate: session.rate,
    seconds: (host.now() - since) / 1000,
  });

  function* steps(known: readonly KnownUpdate[]): Generator<TrainingEvent> {
    for (const update of known) {
      if (host.now() - lastStepEvent < host.stepEventInterval) continue;
      lastStepEvent = host.now();
      yield stepEvent(update);
    }
  }

  yield* decisions(options, session);
  for (;;) {
    const over = progress.endReason(training);
    if (over !== null && !(over === 'steps' && progress.batchInEpoch > 0)) {
      if (saved !== position()) yield checkpoint('end');
      yield await end(over);
      return;
    }

    const order = epochOrder(data.train, training, progress.epoch);
    const epochStarted = host.now();
    while (progress.batchInEpoch < order.count && !limitReached(progress.step, training.steps)) {
      yield* steps(await session.update(order));
      if (signal.aborted) {
        yield* steps(await session.settle());
        yield checkpoint('interrupted');
        yield await end('interrupted');
        return;
      }
      const { everySteps } = training.checkpoints;
      const wished = options.control?.takeCheckpointWish() === true;
      if (!wished && (everySteps === null || progress.step % everySteps !== 0)) continue;
      yield* steps(await session.settle());
      yield checkpoint(wished ? 'wish' : 'steps');
    }
    yield* steps(await session.settle());

    // A limit within an epoch ends the run there. The state is saved as it is, so that a later run with a higher limit
    // goes on as if there had been none; the epoch's measure only chooses the final model.
    const unfinished = progress.batchInEpoch < order.count;
    if (unfinished && saved !== position()) yield checkpoint('end');
    const gates = await session.gateSaturation();
    const metrics = await measured(session);
    if (metrics === null) {
      yield checkpoint('interrupted');
      yield await end('interrupted');
      return;
    }
    const { epoch } = progress;
    const best = await session.endEpoch(metrics);
    yield epochEvent({ ...metrics, ...gates }, epoch, best, epochStarted);
    if (unfinished) {
      yield await end('steps');
      return;
    }
    yield checkpoint('epoch', best);
    if (signal.aborted && progress.endReason(training) === null) {
      yield await end('interrupted');
      return;
    }
  }
}

function limitReached(step: number, limit: number | null): boolean {
  return limit !== null && step >= limit;
}

/** The metrics of the epoch, or null when the run was interrupted meanwhile: nothing has changed then. */
async function measured(session: TrainingSession): Promise<Record<string, number> | null> {
  try {
    return await session.measure();
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === 'train/interrupted') return null;
    throw error;
  }
}

function stepEvent(update: KnownUpdate): TrainingEvent {
  return {
    event: 'step',
    step: update.step,
    epoch: update.epoch,
    loss: update.loss,
    penalty: update.penalty,
    gradientNorm: update.gradientNorm,
    clippedFraction: update.clippedFraction,
    learningRate: update.learningRate,
    sequences: update.sequences,
  };
}

/** What the run settles by itself, said once at the start. */
function* decisions(options: TrainOptions, session: TrainingSession): Generator<TrainingEvent> {
  const { training } = options.experiment;
  if (!session.validates && (training.earlyStopping !== null || training.plateau !== null)) {
    yield {
      event: 'decision',
      subject: 'watched loss',
      choice: 'training loss',
      reason: 'There is no validation part, so early stopping and plateau watch the training loss.',
    };
  }
}
