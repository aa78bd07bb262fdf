import type { z } from 'zod';
import type { modelSchema } from '../contract/model.ts';
import type { trainingSchema } from '../contract/training.ts';
import type { Profile } from './profile.ts';
import type { Decision } from './propose.ts';
import type { ProposedData } from './propose-data.ts';
import type { Goal } from './propose-targets.ts';

export interface ProposedTraining {
  readonly model: z.input<typeof modelSchema>;
  readonly training: z.input<typeof trainingSchema>;
}

/** Network size by number of training rows. */
const sizes: readonly { readonly rows: number; readonly units: number; readonly batchSize: number }[] = [
  { rows: 1_000, units: 24, batchSize: 16 },
  { rows: 10_000, units: 48, batchSize: 32 },
  { rows: 100_000, units: 96, batchSize: 64 },
  { rows: Number.POSITIVE_INFINITY, units: 128, batchSize: 128 },
];

export function chooseTraining(
  profile: Profile,
  goal: Goal,
  data: ProposedData,
  reasons: Decision[],
): ProposedTraining {
  if (goal.multiLabel && profile.rowCount <= 100_000) return multiLabelTraining(reasons);
  const size = sizes.find(({ rows }) => profile.rowCount * 0.7 <= rows) ?? sizes.at(-1);
  const units = size?.units ?? 64;
  const small = profile.rowCount < 10_000;
  const sequenceSamples = data.sequence === 'whole' && (profile.series?.count ?? 0) < 1000;
  const batchSize = sequenceSamples ? 16 : (size?.batchSize ?? 32);
  const everyStep = goal.task === 'tag' || goal.task === 'next';
  reasons.push({
    subject: 'model',
    choice: `one GRU layer of ${units} units`,
    reason: `Sized for ${profile.rowCount} rows; more layers seldom help before there are many more.`,
  });
  const loss = { numeric: 'meanSquaredError', binary: 'binaryCrossEntropy', label: 'crossEntropy' } as const;
  const learningRate = small ? 0.003 : 0.001;
  reasons.push({
    subject: 'training',
    choice: `Adam, learning rate ${learningRate}, batches of ${batchSize}`,
    reason:
      'At most 100 epochs; training stops when the validation loss has not improved for 10 and keeps the best weights.',
  });
  return {
    model: {
      layers: [
        {
          units,
          bidirectional: goal.task === 'tag' && goal.whole,
          outputDropout: small ? 0.1 : 0,
        },
      ],
      readout: everyStep ? 'every' : 'last',
    },
    training: {
      epochs: 100,
      batchSize,
      learningRate,
      loss: { kind: loss[goal.encoding] },
      lossReduction: goal.multiLabel ? 'sumOutputs' : 'mean',
      earlyStopping: { patience: 10 },
    },
  };
}

/**
 * The setting of Chung et al. 2014 ("Empirical evaluation of gated recurrent neural networks on sequence modeling") for
 * polyphonic music, with the initial weights of PyTorch.
 */
function multiLabelTraining(reasons: Decision[]): ProposedTraining {
  reasons.push(
    {
      subject: 'model',
      choice: 'one GRU layer of 46 units',
      reason:
        'A small network does best on little data of this kind; 46 units are those of Chung et al. 2014.',
    },
    {
      subject: 'training',
      choice: 'RMSprop, learning rate 0.003, batches of 16',
      reason:
        'On small multi-label sequences it ends lower than Adam; the loss is summed over the columns of a step.',
    },
  );
  const uniform = { kind: 'torchUniform' } as const;
  return {
    model: {
      layers: [{ units: 46 }],
      readout: 'every',
      initializers: {
        kernel: uniform,
        recurrent: uniform,
        bias: uniform,
        recurrentBias: uniform,
        dense: uniform,
        denseBias: uniform,
      },
    },
    training: {
      epochs: 200,
      batchSize: 16,
      learningRate: 0.003,
      optimizer: { kind: 'rmsprop', alpha: 0.99, epsilon: 1e-8 },
      clipping: { kind: 'globalNorm', threshold: 1 },
      loss: { kind: 'binaryCrossEntropy' },
      lossReduction: 'sumOutputs',
      earlyStopping: { patience: 15 },
    },
  };
}
