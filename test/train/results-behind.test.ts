import { describe, expect, it } from 'vitest';
import type { Backend, Executable } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { TrainingEvent } from '../../engine/train/options.ts';
import { experiment, oneValue, prepared, randomSamples, runTraining, twoFeatures } from './support.ts';

const behind = 3;

/** A device that computes on its own: what is read is of when it was asked for, and known some turns later. */
function deviceOfItsOwn() {
  const counts = { unanswered: 0, most: 0 };
  const inner = createReferenceBackend();
  const backend: Backend = {
    info: { ...inner.info, resultsBehind: behind },
    supports: (op) => inner.supports(op),
    estimate: (plan) => inner.estimate(plan),
    dispose: () => inner.dispose(),
    prepare: async (plan) => {
      const executable = await inner.prepare(plan);
      const read: Executable['readFloats'] = async (slot, count) => {
        const values = await executable.readFloats(slot, count);
        const copy = values.slice();
        counts.unanswered += 1;
        counts.most = Math.max(counts.most, counts.unanswered);
        for (let turn = 0; turn < 400; turn++) await Promise.resolve();
        counts.unanswered -= 1;
        return copy;
      };
      return {
        writeFloats: (slot, values) => executable.writeFloats(slot, values),
        writeInts: (slot, values) => executable.writeInts(slot, values),
        readFloats: read,
        readInts: (slot, count) => executable.readInts(slot, count),
        run: (program, extent) => executable.run(program, extent),
        dispose: () => executable.dispose(),
      };
    },
  };
  return { backend, counts };
}

const data = prepared(twoFeatures, oneValue, {
  train: randomSamples(1, 22, 5, 2),
  validation: randomSamples(2, 7, 5, 2),
});

function small(training: Record<string, unknown>) {
  return experiment({
    task: 'forecast',
    model: { layers: [{ units: 3, recurrentDropout: 0.2 }] },
    training: { epochs: 3, batchSize: 4, learningRate: 0.02, ...training },
  });
}

function without(events: readonly TrainingEvent[]) {
  return events
    .filter((event) => event.event !== 'end')
    .map((event) => ({ ...event, seconds: 0, snapshot: null }));
}

describe('results that are read behind', () => {
  it('change no bit, no event and no order, and are awaited no sooner than they must be', async () => {
    // Of an epoch with three updates, three are all that can be unknown.
    for (const [training, most] of [
      [{}, behind + 1],
      [{ checkpoints: { everySteps: 4 }, plateau: {}, averaging: { decay: 0.9 } }, behind + 1],
      [{ gradientAccumulation: 2, steps: 7 }, 3],
    ] as const) {
      const { backend, counts } = deviceOfItsOwn();
      const at = await runTraining({ experiment: small(training), data });
      const after = await runTraining({ experiment: small(training), data, backend });
      expect(without(after.events)).toEqual(without(at.events));
      expect(after.states).toEqual(at.states);
      expect(after.end.parameters).toEqual(at.end.parameters);
      expect(counts.most).toBe(most);
      expect(counts.unanswered).toBe(0);
    }
  });

  it('are all known when a run is interrupted, and the run goes on exactly', async () => {
    const straight = await runTraining({ experiment: small({}), data });
    const { backend } = deviceOfItsOwn();
    const first = await runTraining({ experiment: small({}), data, backend, stopAfter: 2 });
    const steps = first.events.flatMap((event) => (event.event === 'step' ? [event.step] : []));
    expect(steps).toEqual(Array.from({ length: first.end.step }, (_, index) => index + 1));
    const state = first.states.at(-1);
    if (state === undefined) throw new Error('no state');
    const second = await runTraining({ experiment: small({}), data, state });
    expect(second.end.parameters).toEqual(straight.end.parameters);
  });

  it('name the step that diverged, not the one that was begun last', async () => {
    const samples = randomSamples(1, 30, 4, 2);
    (samples[5]?.features as Float32Array)[2] = Number.NaN;
    const broken = prepared(twoFeatures, oneValue, { train: samples });
    const settings = experiment({ training: { batchSize: 2, shuffle: false, epochs: 2 } });
    const { backend } = deviceOfItsOwn();
    const failed = await runTraining({ experiment: settings, data: broken, backend }).catch(
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(WorkbenchError);
    expect(failed).toMatchObject({ code: 'train/diverged', where: 'rows 21 to 24' });
    expect((failed as WorkbenchError).message).toContain('at step 3');
  });
});
