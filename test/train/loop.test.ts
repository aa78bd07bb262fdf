import { describe, expect, it } from 'vitest';
import type { TrainingEvent } from '../../engine/train/options.ts';
import { experiment, oneValue, prepared, randomSamples, runTraining, twoFeatures } from './support.ts';

const data = prepared(twoFeatures, oneValue, {
  train: randomSamples(1, 22, 5, 2),
  validation: randomSamples(2, 7, 5, 2),
});

function small(training: Record<string, unknown>, layer: Record<string, unknown> = {}) {
  return experiment({
    task: 'forecast',
    model: { layers: [{ units: 3, ...layer }] },
    training: { epochs: 3, batchSize: 4, learningRate: 0.02, ...training },
  });
}

function of<Kind extends TrainingEvent['event']>(events: readonly TrainingEvent[], kind: Kind) {
  return events.filter((event): event is Extract<TrainingEvent, { event: Kind }> => event.event === kind);
}

describe('training', () => {
  it('makes the loss smaller and says what happens in order', async () => {
    const { events, end } = await runTraining({ experiment: small({ epochs: 20 }), data });
    const epochs = of(events, 'epoch');
    expect(epochs).toHaveLength(20);
    expect(of(events, 'step').map(({ step }) => step)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    expect(epochs[0]?.metrics['train.loss']).toBeGreaterThan(
      2 * (epochs[19]?.metrics['train.loss'] as number),
    );
    expect(Object.keys(epochs[0]?.metrics ?? {})).toEqual([
      'train.loss',
      'validation.loss',
      'validation.mae',
      'validation.rmse',
      'validation.r2',
      'validation.smape',
    ]);
    expect(end).toMatchObject({ reason: 'epochs', step: 120, epoch: 20 });
  });

  it('is the same bit for bit whether run straight or stopped at any update and resumed', async () => {
    const stateful = small(
      { epochs: 2, gradientAccumulation: 2, averaging: { decay: 0.9 }, plateau: {} },
      {
        recurrentDropout: 0.3,
        zoneout: 0.2,
        outputDropout: 0.1,
      },
    );
    const straight = await runTraining({ experiment: stateful, data });
    for (let stopAfter = 1; stopAfter < 6; stopAfter++) {
      const first = await runTraining({ experiment: stateful, data, stopAfter });
      expect(first.end).toMatchObject({ reason: 'interrupted', step: stopAfter });
      const state = first.states.at(-1);
      if (state === undefined) throw new Error('no state');
      const second = await runTraining({ experiment: stateful, data, state });
      expect(second.end.parameters).toEqual(straight.end.parameters);
      expect({ ...second.states.at(-1) }).toEqual({ ...straight.states.at(-1) });
    }
  });

  it('goes on after a step limit as if there had been none', async () => {
    const limited = await runTraining({ experiment: small({ steps: 8 }), data });
    expect(limited.end).toMatchObject({ reason: 'steps', step: 8 });
    const state = limited.states.at(-1);
    if (state === undefined) throw new Error('no state');
    const straight = await runTraining({ experiment: small({}), data });
    const resumed = await runTraining({ experiment: small({}), data, state });
    expect(resumed.end.parameters).toEqual(straight.end.parameters);
  });

  it('accumulates gradients to exactly those of the big batch', async () => {
    const variable = prepared(twoFeatures, oneValue, {
      train: randomSamples(1, 22, 5, 2).map((sample, index) => ({
        ...sample,
        timesteps: 1 + (index % 5),
        weights: [index % 3],
      })),
    });
    const shared = { shuffle: false, epochs: 1, earlyStopping: null };
    const big = await runTraining({ experiment: small({ ...shared, batchSize: 8 }), data: variable });
    const small2 = small({ ...shared, batchSize: 2, gradientAccumulation: 4 });
    const accumulated = await runTraining({ experiment: small2, data: variable });
    expect(of(accumulated.events, 'step')).toHaveLength(3);
    of(accumulated.events, 'step').forEach(({ loss, gradientNorm }, index) => {
      const other = of(big.events, 'step')[index];
      expect(loss).toBeCloseTo(other?.loss ?? Number.NaN, 12);
      expect(gradientNorm).toBeCloseTo(other?.gradientNorm ?? Number.NaN, 12);
    });
    for (const [name, values] of big.end.parameters) {
      accumulated.end.parameters.get(name)?.forEach((value, index) => {
        expect(value).toBeCloseTo(values[index] as number, 9);
      });
    }
  });

  it('stops early and ends with the weights of the best epoch', async () => {
    const early = small({ epochs: 40, learningRate: 0.3, earlyStopping: { patience: 2 } });
    const { events, end, states } = await runTraining({ experiment: early, data });
    const losses = of(events, 'epoch').map(({ metrics }) => metrics['validation.loss'] as number);
    const best = losses.indexOf(Math.min(...losses));
    expect(end).toMatchObject({ reason: 'early-stopping', bestEpoch: best });
    expect(losses).toHaveLength(best + 3);
    expect(end.parameters).toEqual(states[best]?.parameters);
    expect(of(events, 'epoch')[best]?.best).toBe(true);
  });

  it('evaluates with the moving average and leaves the weights as they were', async () => {
    const averaged = small({ averaging: { decay: 0.9 }, earlyStopping: null });
    const plain = await runTraining({ experiment: small({ earlyStopping: null }), data });
    const { states, end } = await runTraining({ experiment: averaged, data });
    expect(states.at(-1)?.parameters).toEqual(plain.states.at(-1)?.parameters);
    expect(end.parameters).toEqual(states.at(-1)?.averages);
    // average = decay * average + (1 - decay) * parameter from the initial weights, by hand for one weight.
    const every = await runTraining({
      experiment: small({
        averaging: { decay: 0.9 },
        earlyStopping: null,
        checkpoints: { everySteps: 1 },
        steps: 3,
      }),
      data,
    });
    const track = every.states
      .slice(0, 3)
      .map(({ parameters }) => parameters.get('output.kernel')?.[0] as number);
    const start = (await runTraining({ experiment: small({ epochs: 0 }), data })).end.parameters;
    const expected = track.reduce(
      (average, value) => 0.9 * average + 0.1 * value,
      start.get('output.kernel')?.[0] as number,
    );
    expect(every.states[2]?.averages.get('output.kernel')?.[0]).toBeCloseTo(expected, 14);
  });

  it('never moves frozen weights', async () => {
    const frozen = small({ frozen: ['gru.0.forward.recurrent', 'output'] });
    const initial = await runTraining({ experiment: small({ epochs: 0 }), data });
    const { end } = await runTraining({ experiment: frozen, data });
    for (const [name, values] of end.parameters) {
      const moved = values.some((value, index) => value !== initial.end.parameters.get(name)?.[index]);
      expect([name, moved]).toEqual([
        name,
        !['gru.0.forward.recurrent', 'output.kernel', 'output.bias'].includes(name),
      ]);
    }
  });

  it('leaves the initial weights with 0 epochs, and says which loss it watches without validation', async () => {
    const { events, end, states } = await runTraining({ experiment: small({ epochs: 0 }), data });
    expect(events.map(({ event }) => event)).toEqual(['checkpoint-due', 'end']);
    expect(end).toMatchObject({ reason: 'epochs', step: 0 });
    expect(states[0]?.parameters).toEqual(end.parameters);
    const alone = prepared(twoFeatures, oneValue, { train: randomSamples(1, 8, 5, 2) });
    const watched = await runTraining({ experiment: small({ epochs: 1 }), data: alone });
    expect(watched.events[0]).toMatchObject({ event: 'decision', choice: 'training loss' });
  });

  it('tells of steps no more often than asked, and trains the same', async () => {
    const every = await runTraining({ experiment: small({}), data });
    const seldom = await runTraining({ experiment: small({}), data, stepEventInterval: 1e9 });
    expect(of(every.events, 'step')).toHaveLength(18);
    expect(of(seldom.events, 'step').map(({ step }) => step)).toEqual([1]);
    expect(seldom.end.parameters).toEqual(every.end.parameters);
  });

  it('reduces the rate on a plateau and warms up', async () => {
    const config = small({
      epochs: 6,
      learningRate: 0.5,
      warmup: 3,
      earlyStopping: null,
      plateau: { patience: 0, factor: 0.5, threshold: 10 },
    });
    const { events } = await runTraining({ experiment: config, data });
    const rates = of(events, 'step').map(({ learningRate }) => learningRate);
    expect(rates.slice(0, 4)).toEqual([0.5 / 3, (0.5 * 2) / 3, 0.5, 0.5]);
    // The first epoch sets the best; a threshold of 10 lets no later one count, so each halves the rate.
    expect(of(events, 'epoch').map(({ learningRate }) => learningRate)).toEqual([
      0.5, 0.5, 0.25, 0.125, 0.0625, 0.03125,
    ]);
  });
});
