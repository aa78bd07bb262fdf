import { z } from 'zod';
import { activations } from '../ops/activation.ts';
import { resetModes } from '../ops/gru.ts';

/** A number strictly between the bounds of a probability that something is dropped. */
const rate = z.number().min(0).lt(1);

/**
 * How a weight starts. Fans: fan_in = rows, fan_out = columns of the matrix as it is stored; for a gate kernel
 * [I,3H] they are I and 3H, as in Keras. Names, formulas and defaults follow Keras 3 (`keras.initializers`).
 */
export const initializerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('zeros') }).describe('all 0'),
  z.strictObject({ kind: z.literal('ones') }).describe('all 1'),
  z
    .strictObject({ kind: z.literal('constant'), value: z.number().default(0).describe('the value') })
    .describe('all the same value'),
  z
    .strictObject({ kind: z.literal('identity'), gain: z.number().default(1).describe('factor') })
    .describe('gain times the identity matrix'),
  z
    .strictObject({
      kind: z.literal('normal'),
      mean: z.number().default(0).describe('mean'),
      deviation: z.number().min(0).default(0.05).describe('standard deviation'),
    })
    .describe('normal distribution'),
  z
    .strictObject({
      kind: z.literal('truncatedNormal'),
      mean: z.number().default(0).describe('mean'),
      deviation: z.number().min(0).default(0.05).describe('standard deviation before the cut'),
    })
    .describe('normal distribution within two standard deviations of the mean'),
  z
    .strictObject({
      kind: z.literal('uniform'),
      low: z.number().default(-0.05).describe('lower bound'),
      high: z.number().default(0.05).describe('upper bound'),
    })
    .describe('uniform from low to high'),
  z
    .strictObject({ kind: z.literal('glorotUniform') })
    .describe('uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)'),
  z
    .strictObject({ kind: z.literal('glorotNormal') })
    .describe('truncated normal, deviation sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010)'),
  z.strictObject({ kind: z.literal('heUniform') }).describe('uniform in +-sqrt(6 / fan_in) (He et al. 2015)'),
  z
    .strictObject({ kind: z.literal('heNormal') })
    .describe('truncated normal, deviation sqrt(2 / fan_in) (He et al. 2015)'),
  z
    .strictObject({ kind: z.literal('lecunUniform') })
    .describe('uniform in +-sqrt(3 / fan_in) (LeCun et al. 1998)'),
  z
    .strictObject({ kind: z.literal('lecunNormal') })
    .describe('truncated normal, deviation sqrt(1 / fan_in) (LeCun et al. 1998)'),
  z
    .strictObject({
      kind: z.literal('varianceScaling'),
      scale: z.number().positive().default(1).describe('factor on the variance'),
      mode: z
        .enum(['fanIn', 'fanOut', 'fanAverage'])
        .default('fanIn')
        .describe('the fan that divides the variance'),
      distribution: z
        .enum(['truncatedNormal', 'normal', 'uniform'])
        .default('truncatedNormal')
        .describe('distribution of the values'),
    })
    .describe('variance scale / fan (Keras VarianceScaling)'),
  z
    .strictObject({ kind: z.literal('orthogonal'), gain: z.number().default(1).describe('factor') })
    .describe('gain times an orthogonal matrix (Saxe et al. 2014)'),
  z
    .strictObject({ kind: z.literal('torchUniform') })
    .describe('uniform in +-1/sqrt(units), the default of torch.nn.GRU and torch.nn.Linear'),
]);
export type Initializer = z.infer<typeof initializerSchema>;

/** The kinds of weight that initializers, regularizers, constraints and learning-rate multipliers are set for. */
export const weightKinds = [
  'kernel',
  'recurrent',
  'bias',
  'recurrentBias',
  'gain',
  'initialState',
  'embedding',
  'dense',
  'denseBias',
  'attention',
  'attentionBias',
  'attentionVector',
] as const;
export type WeightKind = (typeof weightKinds)[number];

export const initializersSchema = z.strictObject({
  kernel: initializerSchema
    .default({ kind: 'glorotUniform' })
    .describe('input weights of the gates (Keras default)'),
  recurrent: initializerSchema
    .default({ kind: 'orthogonal', gain: 1 })
    .describe('recurrent weights, each gate an orthogonal block [H,H] (Saxe et al. 2014)'),
  bias: initializerSchema.default({ kind: 'zeros' }).describe('input biases of the gates'),
  recurrentBias: initializerSchema.default({ kind: 'zeros' }).describe('recurrent biases of the gates'),
  gain: initializerSchema.default({ kind: 'ones' }).describe('gains of layer normalization'),
  initialState: initializerSchema.default({ kind: 'zeros' }).describe('a trainable initial state'),
  embedding: initializerSchema
    .default({ kind: 'uniform', low: -0.05, high: 0.05 })
    .describe('embedding tables (Keras default)'),
  dense: initializerSchema
    .default({ kind: 'glorotUniform' })
    .describe('weights of dense layers (Keras default)'),
  denseBias: initializerSchema.default({ kind: 'zeros' }).describe('biases of dense layers'),
  attention: initializerSchema
    .default({ kind: 'glorotUniform' })
    .describe('projection of the attention read-out'),
  attentionBias: initializerSchema.default({ kind: 'zeros' }).describe('bias of the attention read-out'),
  attentionVector: initializerSchema
    .default({ kind: 'glorotUniform' })
    .describe('query vector of the attention read-out'),
});

export const gruLayerSchema = z.strictObject({
  units: z.int().min(1).max(16384).default(64).describe('size of the hidden state of one direction'),
  bidirectional: z
    .boolean()
    .default(false)
    .describe(
      'a second GRU reads the sequence backward; outputs are concatenated (Schuster and Paliwal 1997)',
    ),
  resetMode: z
    .enum(resetModes)
    .default('afterRecurrentBias')
    .describe(
      'where the reset gate acts: before the recurrent product (Cho et al. 2014), after it, or after it with a recurrent bias of its own (cuDNN, PyTorch, Keras)',
    ),
  gateActivation: z.enum(activations).default('sigmoid').describe('activation of the update and reset gates'),
  candidateActivation: z.enum(activations).default('tanh').describe('activation of the candidate state'),
  bias: z.boolean().default(true).describe('whether the gates have biases'),
  clip: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('limit of the pre-activations of the gates (ONNX attribute clip), or null'),
  initialState: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('zeros') }).describe('all 0'),
      z.strictObject({ kind: z.literal('trainable') }).describe('a learned vector'),
      z
        .strictObject({
          kind: z.literal('given'),
          columns: z.array(z.string()).min(1).describe('numeric columns, one per unit and direction'),
        })
        .describe('columns read at the first row of a sequence'),
    ])
    .default({ kind: 'zeros' })
    .describe(
      'state before the first step: zeros, a learned vector, or numeric columns (one per unit and direction) read at the first row of a sequence',
    ),
  inputDropout: rate
    .default(0)
    .describe('dropout on the input, one mask for all timesteps (Keras `dropout`)'),
  recurrentDropout: rate
    .default(0)
    .describe('dropout on the recurrent state, one mask for all timesteps (Gal and Ghahramani 2016)'),
  outputDropout: rate
    .default(0)
    .describe('dropout on the output, a new mask at every timestep (PyTorch `dropout`)'),
  zoneout: rate
    .default(0)
    .describe('probability that a unit keeps its old state at a step (Krueger et al. 2017)'),
  layerNormalization: z
    .boolean()
    .default(false)
    .describe('normalize the pre-activations of each gate (Ba et al. 2016)'),
  residual: z
    .boolean()
    .default(false)
    .describe('add the layer input to its output; needs equal widths (units x directions = input width)'),
});
export type GruLayer = z.infer<typeof gruLayerSchema>;

export const denseLayerSchema = z.strictObject({
  units: z.int().min(1).max(65536).default(64).describe('outputs of the hidden layer'),
  activation: z.enum(activations).default('relu').describe('activation of the hidden layer'),
  dropout: rate.default(0).describe('dropout after the activation'),
});

export const modelSchema = z.strictObject({
  embeddingWidth: z
    .int()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .describe('width of every embedding, or null for min(50, ceil(categories / 2)) each'),
  layers: z
    .array(gruLayerSchema)
    .min(1)
    .max(16)
    .prefault([{}])
    .describe('GRU layers, the first reads the input'),
  readout: z
    .enum(['last', 'every', 'mean', 'max', 'attention'])
    .default('last')
    .describe(
      'what the head sees: the last state, every step, their mean or maximum, or an attention-weighted mean',
    ),
  attentionSize: z.int().min(1).max(4096).default(32).describe('width of the attention projection'),
  head: z
    .array(denseLayerSchema)
    .max(8)
    .default([])
    .describe('hidden dense layers before the output layer, whose size follows from the target and the loss'),
  initializers: initializersSchema.prefault({}).describe('how each kind of weight starts'),
});
export type ModelConfig = z.infer<typeof modelSchema>;
