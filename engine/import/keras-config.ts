import { z } from 'zod';
import { type Activation, leakyReluSlope } from '../ops/activation.ts';

/** Layers of Keras that a network of ours can say; anything else is refused by name. */
const activationName = z.string();

const gruConfig = z.object({
  name: z.string(),
  units: z.int().min(1),
  activation: activationName.default('tanh'),
  recurrent_activation: activationName.default('sigmoid'),
  use_bias: z.boolean().default(true),
  reset_after: z.boolean().default(true),
  return_sequences: z.boolean().default(false),
  go_backwards: z.boolean().default(false),
});
export type KerasGru = z.infer<typeof gruConfig>;

export const layerSchema = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.looseObject({ name: z.string().optional() }),
  /** What the layer reads in a functional model; the shape of this differs between versions. */
  inbound_nodes: z.array(z.unknown()).optional(),
});
type Layer = z.infer<typeof layerSchema>;

export const modelConfigSchema = z.object({
  class_name: z.string(),
  config: z.union([
    z.looseObject({ layers: z.array(layerSchema).max(10_000) }),
    // Keras 1 and 2.0 wrote a Sequential model as a bare list.
    z
      .array(layerSchema)
      .max(10_000)
      .transform((layers) => ({ layers })),
  ]),
});

export type KerasLayer =
  | { readonly kind: 'skip' }
  | { readonly kind: 'embedding'; readonly entries: number; readonly width: number }
  | { readonly kind: 'gru'; readonly gru: KerasGru; readonly bidirectional: boolean }
  | { readonly kind: 'pool'; readonly readout: 'mean' | 'max' }
  | { readonly kind: 'dense'; readonly units: number; readonly activation: string; readonly bias: boolean }
  | { readonly kind: 'activation'; readonly activation: string }
  | { readonly kind: 'unknown' };

const skipped = new Set([
  'InputLayer',
  'Masking',
  'Dropout',
  'SpatialDropout1D',
  'Flatten',
  'Concatenate',
  'Identity',
  'NotEqual',
]);

/** What a layer of the configuration is. Throws a ZodError where its own configuration is broken. */
export function kerasLayer(layer: Layer): KerasLayer {
  const { class_name: type, config } = layer;
  if (skipped.has(type)) return { kind: 'skip' };
  switch (type) {
    case 'Embedding': {
      const { input_dim, output_dim } = z
        .object({ input_dim: z.int().min(1), output_dim: z.int().min(1) })
        .parse(config);
      return { kind: 'embedding', entries: input_dim, width: output_dim };
    }
    case 'GRU':
    case 'CuDNNGRU':
      return { kind: 'gru', gru: gruConfig.parse(config), bidirectional: false };
    case 'Bidirectional': {
      const { layer: inner, merge_mode } = z
        .object({ layer: layerSchema, merge_mode: z.string().nullable().default('concat') })
        .parse(config);
      if (inner.class_name !== 'GRU' || merge_mode !== 'concat') return { kind: 'unknown' };
      return { kind: 'gru', gru: gruConfig.parse(inner.config), bidirectional: true };
    }
    case 'TimeDistributed': {
      const { layer: inner } = z.object({ layer: layerSchema }).parse(config);
      return inner.class_name === 'Dense' ? kerasLayer(inner) : { kind: 'unknown' };
    }
    case 'GlobalAveragePooling1D':
      return { kind: 'pool', readout: 'mean' };
    case 'GlobalMaxPooling1D':
      return { kind: 'pool', readout: 'max' };
    case 'Dense': {
      const { units, activation, use_bias } = z
        .object({
          units: z.int().min(1),
          activation: activationName.nullable().default('linear'),
          use_bias: z.boolean().default(true),
        })
        .parse(config);
      return { kind: 'dense', units, activation: activation ?? 'linear', bias: use_bias };
    }
    case 'Activation':
      return {
        kind: 'activation',
        activation: z.object({ activation: activationName }).parse(config).activation,
      };
    case 'ReLU': {
      const limits = z
        .object({
          max_value: z.number().nullable().default(null),
          negative_slope: z.number().nullable().default(0),
          threshold: z.number().nullable().default(0),
        })
        .parse(config);
      const plain = limits.max_value === null && !limits.negative_slope && !limits.threshold;
      return plain ? { kind: 'activation', activation: 'relu' } : { kind: 'unknown' };
    }
    case 'LeakyReLU': {
      const { negative_slope, alpha } = z
        .object({ negative_slope: z.number().optional(), alpha: z.number().optional() })
        .parse(config);
      const near = Math.abs((negative_slope ?? alpha ?? 0.3) - leakyReluSlope) < 1e-6;
      return near ? { kind: 'activation', activation: 'leaky_relu_ours' } : { kind: 'unknown' };
    }
    case 'Softmax':
      return { kind: 'activation', activation: 'softmax' };
    default:
      return { kind: 'unknown' };
  }
}

const activations: Readonly<Record<string, Activation>> = {
  linear: 'linear',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  elu: 'elu',
  selu: 'selu',
  softplus: 'softplus',
  softsign: 'softsign',
  gelu: 'gelu',
  leaky_relu_ours: 'leakyRelu',
  swish: 'swish',
  silu: 'swish',
};

/**
 * Our name of a Keras activation, or null. The hard sigmoid changed between Keras 2 and 3; leaky ReLU has
 * another slope than ours.
 */
export function kerasActivation(name: string, version: number): Activation | null {
  if (name === 'hard_sigmoid') return version >= 3 ? 'hardSigmoid' : 'hardSigmoidOnnx';
  return activations[name] ?? null;
}

/** Whether a recurrent layer reads more than its sequence: states given from outside. */
export function readsStates({ inbound_nodes }: Layer): boolean {
  const text = JSON.stringify(inbound_nodes ?? []);
  if (/"initial_state":(?!null)/.test(text)) return true;
  const call = z.object({ args: z.array(z.unknown()) }).safeParse(inbound_nodes?.[0]);
  if (!call.success) return Array.isArray(inbound_nodes?.[0]) && inbound_nodes[0].length > 1;
  const [first] = call.data.args;
  return call.data.args.length > 1 || Array.isArray(first);
}
