import { z } from 'zod';
import { weightKinds } from './model.ts';

const beta = z.number().min(0).lt(1);

/** Losses: definitions in engine/ops/loss.ts. */
export const lossSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('meanSquaredError') }),
  z.strictObject({ kind: z.literal('meanAbsoluteError') }),
  z.strictObject({ kind: z.literal('huber'), delta: z.number().positive().default(1) }),
  z.strictObject({ kind: z.literal('logCosh') }),
  z.strictObject({
    kind: z.literal('pinball'),
    quantiles: z.array(z.number().gt(0).lt(1)).min(1).max(32).default([0.1, 0.5, 0.9]),
  }),
  z.strictObject({ kind: z.literal('gaussian') }),
  z.strictObject({ kind: z.literal('poisson') }),
  z.strictObject({
    kind: z.literal('crossEntropy'),
    smoothing: z.number().min(0).lt(1).default(0),
    classWeights: z
      .union([z.literal('balanced'), z.array(z.number().min(0))])
      .nullable()
      .default(null)
      .describe('weight per class, "balanced" for count-inverse weights (scikit-learn), or null'),
  }),
  z.strictObject({
    kind: z.literal('binaryCrossEntropy'),
    positiveWeight: z.number().positive().default(1),
    smoothing: z.number().min(0).lt(1).default(0),
  }),
  z.strictObject({
    kind: z.literal('focal'),
    gamma: z.number().min(0).default(2),
    classWeights: z
      .union([z.literal('balanced'), z.array(z.number().min(0))])
      .nullable()
      .default(null),
  }),
  z.strictObject({
    kind: z.literal('binaryFocal'),
    gamma: z.number().min(0).default(2),
    alpha: z.number().min(0).max(1).nullable().default(0.25),
  }),
]);
export type LossConfig = z.infer<typeof lossSchema>;

/** Optimizers: formulas in engine/ops/optimizer.ts; defaults are PyTorch's, but for Lion (its paper's). */
export const optimizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sgd'), momentum: beta.default(0), nesterov: z.boolean().default(false) }),
  z.strictObject({
    kind: z.literal('adam'),
    beta1: beta.default(0.9),
    beta2: beta.default(0.999),
    epsilon: z.number().min(0).default(1e-8),
    amsgrad: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('adamax'),
    beta1: beta.default(0.9),
    beta2: beta.default(0.999),
    epsilon: z.number().min(0).default(1e-8),
  }),
  z.strictObject({
    kind: z.literal('nadam'),
    beta1: beta.default(0.9),
    beta2: beta.default(0.999),
    epsilon: z.number().min(0).default(1e-8),
    momentumDecay: z.number().min(0).default(0.004),
  }),
  z.strictObject({
    kind: z.literal('radam'),
    beta1: beta.default(0.9),
    beta2: beta.default(0.999),
    epsilon: z.number().min(0).default(1e-8),
  }),
  z.strictObject({
    kind: z.literal('rmsprop'),
    alpha: beta.default(0.99),
    epsilon: z.number().min(0).default(1e-8),
    momentum: beta.default(0),
    centered: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('adagrad'),
    epsilon: z.number().min(0).default(1e-10),
    initialAccumulator: z.number().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal('adadelta'),
    rho: beta.default(0.9),
    epsilon: z.number().min(0).default(1e-6),
  }),
  z.strictObject({ kind: z.literal('lion'), beta1: beta.default(0.9), beta2: beta.default(0.99) }),
]);

const steps = z.int().min(1);
const per = z.enum(['step', 'epoch']).default('epoch').describe('what the schedule counts');

/** Learning-rate decay. Each multiplies or replaces the base rate; formulas and defaults follow the named library. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({
    kind: z.literal('step'),
    per,
    size: steps.default(10),
    gamma: z.number().positive().default(0.1),
  }),
  z.strictObject({
    kind: z.literal('multiStep'),
    per,
    milestones: z.array(steps).default([30, 60]),
    gamma: z.number().positive().default(0.1),
  }),
  z.strictObject({ kind: z.literal('exponential'), per, gamma: z.number().positive().default(0.95) }),
  z.strictObject({
    kind: z.literal('inverseTime'),
    per,
    decayRate: z.number().min(0).default(0.5),
    decaySteps: steps.default(10),
    staircase: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('polynomial'),
    per,
    decaySteps: steps.default(10),
    endFactor: z.number().min(0).default(0),
    power: z.number().positive().default(1),
  }),
  z.strictObject({
    kind: z.literal('cosine'),
    per,
    decaySteps: steps.default(10),
    minimumFactor: z.number().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal('cosineRestarts'),
    per,
    firstPeriod: steps.default(10),
    periodFactor: z.int().min(1).default(1),
    minimumFactor: z.number().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal('oneCycle'),
    totalSteps: steps.nullable().default(null).describe('null takes all steps of the run'),
    warmFraction: z.number().gt(0).lt(1).default(0.3),
    startDivisor: z.number().positive().default(25),
    endDivisor: z.number().positive().default(1e4),
    shape: z.enum(['cosine', 'linear']).default('cosine'),
  }),
  z.strictObject({
    kind: z.literal('cyclic'),
    minimumFactor: z.number().min(0).default(0.1),
    stepsUp: steps.default(2000),
    stepsDown: steps.nullable().default(null),
    mode: z.enum(['triangular', 'triangular2', 'exponential']).default('triangular'),
    gamma: z.number().positive().default(1),
  }),
]);
export type Schedule = z.infer<typeof scheduleSchema>;

export const plateauSchema = z.strictObject({
  factor: z.number().gt(0).lt(1).default(0.1).describe('multiplies the learning rate'),
  patience: z.int().min(0).default(10).describe('epochs without improvement that are tolerated'),
  threshold: z.number().min(0).default(1e-4).describe('relative improvement that counts'),
  cooldown: z.int().min(0).default(0).describe('epochs to wait after a reduction'),
  minimumFactor: z
    .number()
    .min(0)
    .default(0)
    .describe('the rate never falls below this fraction of its base'),
});

const weightKindKeys = z.enum(weightKinds);

export const regularizerSchema = z.strictObject({
  l1: z.number().min(0).default(0).describe('adds l1 * sum |w| to the loss (Keras L1)'),
  l2: z.number().min(0).default(0).describe('adds l2 * sum w^2 to the loss (Keras L2)'),
});

export const constraintSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('maxNorm'), limit: z.number().positive().default(2) }),
  z.strictObject({ kind: z.literal('unitNorm') }),
  z.strictObject({ kind: z.literal('nonNegative') }),
]);

export const clippingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('value'), threshold: z.number().positive().default(1) }),
  z.strictObject({ kind: z.literal('tensorNorm'), threshold: z.number().positive().default(1) }),
  z.strictObject({ kind: z.literal('globalNorm'), threshold: z.number().positive().default(1) }),
]);

export const trainingSchema = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .default(1)
    .describe('of initial weights, shuffles and dropout'),
  epochs: z
    .int()
    .min(0)
    .default(50)
    .describe('passes over the training part; 0 makes a run with its initial weights'),
  steps: z.int().min(0).nullable().default(null).describe('stop after this many updates, or null'),
  batchSize: z.int().min(1).max(65536).default(32).describe('sequences in one step'),
  gradientAccumulation: z
    .int()
    .min(1)
    .max(4096)
    .default(1)
    .describe('batches whose gradients make one update'),
  shuffle: z.boolean().default(true).describe('a new order of the training sequences in every epoch'),
  stateful: z
    .boolean()
    .default(false)
    .describe(
      'truncated back-propagation through time: series are cut into consecutive windows, and the final state of one starts the next',
    ),
  loss: lossSchema.prefault({ kind: 'meanSquaredError' }).describe('what training makes small'),
  lossReduction: z
    .enum(['mean', 'sumOutputs'])
    .default('mean')
    .describe('mean over all outputs, or the sum over the outputs of a row and the mean over rows'),
  optimizer: optimizerSchema.prefault({ kind: 'adam' }).describe('how the gradient moves the weights'),
  learningRate: z.number().min(0).default(0.001).describe('base learning rate'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('decoupled weight decay (Loshchilov and Hutter 2019); not on biases and gains'),
  schedule: scheduleSchema.prefault({ kind: 'constant' }).describe('learning-rate decay'),
  warmup: z.int().min(0).default(0).describe('updates over which the learning rate rises linearly from 0'),
  plateau: plateauSchema
    .nullable()
    .default(null)
    .describe('also reduce the rate when validation stops improving'),
  clipping: clippingSchema
    .prefault({ kind: 'globalNorm', threshold: 1 })
    .describe('limit of the gradient (Pascanu et al. 2013)'),
  regularizers: z
    .partialRecord(weightKindKeys, regularizerSchema)
    .default({})
    .describe('L1 and L2 penalty per kind of weight'),
  constraints: z
    .partialRecord(weightKindKeys, constraintSchema)
    .default({})
    .describe('constraint per kind of weight, applied after each update'),
  learningRateMultipliers: z
    .partialRecord(weightKindKeys, z.number().min(0))
    .default({})
    .describe('factor on the learning rate per kind of weight; 1 where not named'),
  frozen: z
    .array(z.string())
    .default([])
    .describe('layers or weights that do not learn, by name or prefix: gru.0, gru.0.forward.kernel, head'),
  earlyStopping: z
    .strictObject({
      patience: z.int().min(0).default(10).describe('epochs without improvement before the run stops'),
      minimumChange: z.number().min(0).default(0).describe('improvement that counts'),
      restoreBest: z.boolean().default(true).describe('end with the weights of the best epoch'),
    })
    .nullable()
    .prefault({})
    .describe('stop when the validation loss no longer improves, or null'),
  averaging: z
    .strictObject({ decay: z.number().gt(0).lt(1).default(0.999) })
    .nullable()
    .default(null)
    .describe('exponential moving average of the weights, used for evaluation and as the final model'),
  checkpoints: z
    .strictObject({
      everySteps: z
        .int()
        .min(1)
        .nullable()
        .default(null)
        .describe('also within an epoch, or null for every epoch end'),
      keep: z.int().min(1).default(2).describe('newest checkpoints kept, beside the best one'),
    })
    .prefault({})
    .describe('how often the state is saved, and how much of it is kept'),
});
export type TrainingConfig = z.infer<typeof trainingSchema>;
