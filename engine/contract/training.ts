import { z } from 'zod';
import { weightKinds } from './model.ts';

const beta = z.number().min(0).lt(1);

/** Losses: definitions in engine/ops/loss.ts. */
export const lossSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('meanSquaredError') }).describe('mean of the squared error'),
  z.strictObject({ kind: z.literal('meanAbsoluteError') }).describe('mean of the absolute error'),
  z
    .strictObject({
      kind: z.literal('huber'),
      delta: z.number().positive().default(1).describe('error from which it is linear, in normalized units'),
    })
    .describe('squared up to delta, linear beyond (Keras, PyTorch)'),
  z
    .strictObject({ kind: z.literal('logCosh') })
    .describe('logarithm of the hyperbolic cosine of the error (Keras)'),
  z
    .strictObject({
      kind: z.literal('pinball'),
      quantiles: z
        .array(z.number().gt(0).lt(1))
        .min(1)
        .max(32)
        .default([0.1, 0.5, 0.9])
        .describe('quantiles that are predicted for every target'),
    })
    .describe('predicts quantiles (Koenker 2005)'),
  z
    .strictObject({ kind: z.literal('gaussian') })
    .describe('negative log likelihood; predicts a mean and a variance for every target'),
  z.strictObject({ kind: z.literal('poisson') }).describe('negative log likelihood of counts'),
  z
    .strictObject({
      kind: z.literal('crossEntropy'),
      smoothing: z
        .number()
        .min(0)
        .lt(1)
        .default(0)
        .describe('share of every label that is spread evenly over the classes'),
      classWeights: z
        .union([z.literal('balanced'), z.array(z.number().min(0))])
        .nullable()
        .default(null)
        .describe('weight per class, "balanced" for count-inverse weights (scikit-learn), or null'),
    })
    .describe('softmax over classes; one label'),
  z
    .strictObject({
      kind: z.literal('binaryCrossEntropy'),
      positiveWeight: z.number().positive().default(1).describe('weight of the ones'),
      smoothing: z
        .number()
        .min(0)
        .lt(1)
        .default(0)
        .describe('share of every target that is drawn to one half'),
    })
    .describe('sigmoid for each 0/1 target'),
  z
    .strictObject({
      kind: z.literal('focal'),
      gamma: z.number().min(0).default(2).describe('exponent of that weight'),
      classWeights: z
        .union([z.literal('balanced'), z.array(z.number().min(0))])
        .nullable()
        .default(null)
        .describe('weight per class, "balanced" for count-inverse weights (scikit-learn), or null'),
    })
    .describe('cross-entropy with less weight on what is predicted well (Lin et al. 2017)'),
  z
    .strictObject({
      kind: z.literal('binaryFocal'),
      gamma: z.number().min(0).default(2).describe('exponent of that weight'),
      alpha: z
        .number()
        .min(0)
        .max(1)
        .nullable()
        .default(0.25)
        .describe('weight of the ones, 1 - alpha that of the zeros; null for no balancing'),
    })
    .describe('the same for 0/1 targets (Lin et al. 2017)'),
]);
export type LossConfig = z.infer<typeof lossSchema>;

/** Optimizers: formulas in engine/ops/optimizer.ts; defaults are PyTorch's, but for Lion (its paper's). */
export const optimizerSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('sgd'),
      momentum: beta.default(0).describe('share of the last update that is kept'),
      nesterov: z.boolean().default(false).describe('look ahead along the momentum'),
    })
    .describe('stochastic gradient descent'),
  z
    .strictObject({
      kind: z.literal('adam'),
      beta1: beta.default(0.9).describe('decay of the mean of the gradient'),
      beta2: beta.default(0.999).describe('decay of the mean of its square'),
      epsilon: z.number().min(0).default(1e-8).describe('keeps the denominator from 0'),
      amsgrad: z
        .boolean()
        .default(false)
        .describe('divide by the largest mean square so far (Reddi et al. 2018)'),
    })
    .describe('Kingma and Ba 2015; with weightDecay AdamW'),
  z
    .strictObject({
      kind: z.literal('adamax'),
      beta1: beta.default(0.9).describe('decay of the mean of the gradient'),
      beta2: beta.default(0.999).describe('decay of the mean of its square'),
      epsilon: z.number().min(0).default(1e-8).describe('keeps the denominator from 0'),
    })
    .describe('Adam with the largest gradient in the place of the mean square (Kingma and Ba 2015)'),
  z
    .strictObject({
      kind: z.literal('nadam'),
      beta1: beta.default(0.9).describe('decay of the mean of the gradient'),
      beta2: beta.default(0.999).describe('decay of the mean of its square'),
      epsilon: z.number().min(0).default(1e-8).describe('keeps the denominator from 0'),
      momentumDecay: z.number().min(0).default(0.004).describe('how beta1 grows over the steps'),
    })
    .describe('Adam with Nesterov momentum (Dozat 2016)'),
  z
    .strictObject({
      kind: z.literal('radam'),
      beta1: beta.default(0.9).describe('decay of the mean of the gradient'),
      beta2: beta.default(0.999).describe('decay of the mean of its square'),
      epsilon: z.number().min(0).default(1e-8).describe('keeps the denominator from 0'),
    })
    .describe('rectified Adam (Liu et al. 2020)'),
  z
    .strictObject({
      kind: z.literal('rmsprop'),
      alpha: beta.default(0.99).describe('decay of the mean square'),
      epsilon: z.number().min(0).default(1e-8).describe('keeps the denominator from 0'),
      momentum: beta.default(0).describe('share of the last update that is kept'),
      centered: z
        .boolean()
        .default(false)
        .describe('divide by the deviation instead of the root mean square'),
    })
    .describe('Tieleman and Hinton 2012'),
  z
    .strictObject({
      kind: z.literal('adagrad'),
      epsilon: z.number().min(0).default(1e-10).describe('keeps the denominator from 0'),
      initialAccumulator: z.number().min(0).default(0).describe('sum of squares at the start'),
    })
    .describe('Duchi et al. 2011'),
  z
    .strictObject({
      kind: z.literal('adadelta'),
      rho: beta.default(0.9).describe('decay of the mean squares'),
      epsilon: z.number().min(0).default(1e-6).describe('keeps the denominator from 0'),
    })
    .describe('Zeiler 2012'),
  z
    .strictObject({
      kind: z.literal('lion'),
      beta1: beta.default(0.9).describe('share of the momentum in a step'),
      beta2: beta.default(0.99).describe('decay of the momentum'),
    })
    .describe('steps of the sign of the momentum (Chen et al. 2023)'),
]);

const steps = z.int().min(1);
const per = z.enum(['step', 'epoch']).default('epoch').describe('what the schedule counts');

/** Learning-rate decay. Each multiplies or replaces the base rate; formulas and defaults follow the named library. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }).describe('the base rate throughout'),
  z
    .strictObject({
      kind: z.literal('step'),
      per,
      size: steps.default(10).describe('steps or epochs between two reductions'),
      gamma: z.number().positive().default(0.1).describe('factor'),
    })
    .describe('multiplied by gamma after every size (PyTorch StepLR)'),
  z
    .strictObject({
      kind: z.literal('multiStep'),
      per,
      milestones: z.array(steps).default([30, 60]).describe('steps or epochs'),
      gamma: z.number().positive().default(0.1).describe('factor'),
    })
    .describe('multiplied by gamma at every milestone (PyTorch MultiStepLR)'),
  z
    .strictObject({
      kind: z.literal('exponential'),
      per,
      gamma: z.number().positive().default(0.95).describe('factor per step or epoch'),
    })
    .describe('gamma^p at step or epoch p (PyTorch ExponentialLR)'),
  z
    .strictObject({
      kind: z.literal('inverseTime'),
      per,
      decayRate: z.number().min(0).default(0.5).describe('how fast it falls'),
      decaySteps: steps.default(10).describe('steps or epochs to which decayRate refers'),
      staircase: z.boolean().default(false).describe('round the quotient down'),
    })
    .describe('1 / (1 + decayRate p / decaySteps) (Keras InverseTimeDecay)'),
  z
    .strictObject({
      kind: z.literal('polynomial'),
      per,
      decaySteps: steps.default(10).describe('steps or epochs until the end of the decay'),
      endFactor: z.number().min(0).default(0).describe('fraction of the base rate at the end'),
      power: z.number().positive().default(1).describe('exponent'),
    })
    .describe('(1 - endFactor) (1 - p / decaySteps)^power + endFactor (Keras PolynomialDecay)'),
  z
    .strictObject({
      kind: z.literal('cosine'),
      per,
      decaySteps: steps.default(10).describe('steps or epochs until the end of the decay'),
      minimumFactor: z.number().min(0).default(0).describe('fraction of the base rate at the end'),
    })
    .describe('half a cosine wave down to minimumFactor (Keras CosineDecay)'),
  z
    .strictObject({
      kind: z.literal('cosineRestarts'),
      per,
      firstPeriod: steps.default(10).describe('steps or epochs of the first period'),
      periodFactor: z.int().min(1).default(1).describe('growth of the periods'),
      minimumFactor: z
        .number()
        .min(0)
        .default(0)
        .describe('fraction of the base rate at the end of a period'),
    })
    .describe('the same, begun anew after every period (Loshchilov and Hutter 2017)'),
  z
    .strictObject({
      kind: z.literal('oneCycle'),
      totalSteps: steps.nullable().default(null).describe('null takes all steps of the run'),
      warmFraction: z.number().gt(0).lt(1).default(0.3).describe('share of the steps that goes up'),
      startDivisor: z.number().positive().default(25).describe('the base rate over the rate at the start'),
      endDivisor: z.number().positive().default(1e4).describe('the rate at the start over that at the end'),
      shape: z.enum(['cosine', 'linear']).default('cosine').describe('of the rise and the fall'),
    })
    .describe('up to the base rate and down again (PyTorch OneCycleLR)'),
  z
    .strictObject({
      kind: z.literal('cyclic'),
      minimumFactor: z.number().min(0).default(0.1).describe('lowest fraction of the base rate'),
      stepsUp: steps.default(2000).describe('steps of a rise'),
      stepsDown: steps.nullable().default(null).describe('steps of a fall, or null for as many'),
      mode: z
        .enum(['triangular', 'triangular2', 'exponential'])
        .default('triangular')
        .describe('height of the cycles: the same, halved each time, or gamma^step'),
      gamma: z.number().positive().default(1).describe('factor per step of the mode "exponential"'),
    })
    .describe('up and down between minimumFactor and 1 (PyTorch CyclicLR)'),
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
  z
    .strictObject({
      kind: z.literal('maxNorm'),
      limit: z.number().positive().default(2).describe('largest norm'),
    })
    .describe('the norm of every column is at most the limit (Keras MaxNorm)'),
  z.strictObject({ kind: z.literal('unitNorm') }).describe('the norm of every column is 1 (Keras UnitNorm)'),
  z.strictObject({ kind: z.literal('nonNegative') }).describe('no weight is below 0 (Keras NonNeg)'),
]);

export const clippingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }).describe('the gradient as it is'),
  z
    .strictObject({
      kind: z.literal('value'),
      threshold: z.number().positive().default(1).describe('largest absolute value'),
    })
    .describe('every element between -threshold and threshold'),
  z
    .strictObject({
      kind: z.literal('tensorNorm'),
      threshold: z.number().positive().default(1).describe('largest norm'),
    })
    .describe('the norm of the gradient of every weight matrix is at most the threshold'),
  z
    .strictObject({
      kind: z.literal('globalNorm'),
      threshold: z.number().positive().default(1).describe('largest norm'),
    })
    .describe('the norm of all gradients together is at most the threshold'),
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
  bucketing: z
    .boolean()
    .default(false)
    .describe('batches of sequences of similar length, which need less padding; not with stateful'),
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
    .strictObject({
      decay: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.999)
        .describe('share of the old average that every update keeps'),
    })
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
