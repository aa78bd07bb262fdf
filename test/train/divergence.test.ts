import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import {
  experiment,
  oneValue,
  prepared,
  randomSamples,
  runTraining,
  type Setup,
  twoFeatures,
} from './support.ts';

async function failure(setup: Setup): Promise<WorkbenchError> {
  try {
    await runTraining(setup);
  } catch (error) {
    if (error instanceof WorkbenchError) return error;
    throw error;
  }
  throw new Error('the run did not diverge');
}

function config(training: Record<string, unknown>, layer: Record<string, unknown> = {}) {
  return experiment({
    model: { layers: [{ units: 3, ...layer }] },
    training: { batchSize: 2, shuffle: false, epochs: 100, ...training },
  });
}

/** Twelve windows of four rows; the value at one place replaced. */
function dataWith(sample: number, step: number, feature: number, value: number) {
  const samples = randomSamples(1, 12, 4, 2);
  const features = samples[sample]?.features as Float32Array;
  features[step * 2 + feature] = value;
  return prepared(twoFeatures, oneValue, { train: samples });
}

describe('a diverging run', () => {
  it('names the input and the row of a value that is not a number', async () => {
    const error = await failure({ experiment: config({}), data: dataWith(5, 2, 1, Number.NaN) });
    expect(error).toMatchObject({ code: 'train/diverged', where: 'rows 21 to 24' });
    expect(error.message).toBe('The training loss became NaN at step 3: the input "y" is NaN');
  });

  it('names a value that no network can work with', async () => {
    const poisson = config({ loss: { kind: 'poisson' }, learningRate: 1 }, { candidateActivation: 'linear' });
    const error = await failure({ experiment: poisson, data: dataWith(0, 3, 0, 1e30) });
    expect(error.message).toContain('the input "x" is');
    expect(error.hint).toContain('data.normalize');
  });

  it('names an activation without limit', async () => {
    const unbounded = config(
      { optimizer: { kind: 'sgd' }, learningRate: 1e200, clipping: { kind: 'none' } },
      { candidateActivation: 'relu' },
    );
    const error = await failure({ experiment: unbounded, data: dataWith(0, 0, 0, 1) });
    expect(error.message).toContain('relu');
    expect(error.where).toBe('model.layers.0.candidateActivation');
  });

  it('names the learning rate', async () => {
    const wild = config({ optimizer: { kind: 'sgd' }, learningRate: 1e200, clipping: { kind: 'none' } });
    const error = await failure({ experiment: wild, data: dataWith(0, 0, 0, 1) });
    expect(error.where).toBe('training.learningRate');
    expect(error.hint).toContain('training.clipping');
  });
});
