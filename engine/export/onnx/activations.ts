import { type Activation, leakyReluSlope, seluAlpha, seluScale } from '../../ops/activation.ts';
import type { GraphBuilder, Value } from './builder.ts';

/** An activation as nodes of opset 17 and later. */
export function activationNodes(builder: GraphBuilder, activation: Activation, x: Value): Value {
  const float = (value: number) => ({ kind: 'float', value }) as const;
  switch (activation) {
    case 'linear':
      return x;
    case 'sigmoid':
      return builder.node('Sigmoid', [x]);
    case 'hardSigmoid':
      return builder.node('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) });
    case 'hardSigmoidOnnx':
      return builder.node('HardSigmoid', [x], { alpha: float(0.2), beta: float(0.5) });
    case 'tanh':
      return builder.node('Tanh', [x]);
    case 'relu':
      return builder.node('Relu', [x]);
    case 'leakyRelu':
      return builder.node('LeakyRelu', [x], { alpha: float(leakyReluSlope) });
    case 'elu':
      return builder.node('Elu', [x], { alpha: float(1) });
    case 'selu':
      return builder.node('Selu', [x], { alpha: float(seluAlpha), gamma: float(seluScale) });
    case 'gelu': {
      const error = builder.node('Erf', [builder.node('Mul', [x, builder.scalar(Math.SQRT1_2)])]);
      const half = builder.node('Mul', [x, builder.scalar(0.5)]);
      return builder.node('Mul', [half, builder.node('Add', [error, builder.scalar(1)])]);
    }
    case 'softplus':
      return builder.node('Softplus', [x]);
    case 'softsign':
      return builder.node('Softsign', [x]);
    case 'swish':
      return builder.node('Mul', [x, builder.node('Sigmoid', [x])]);
  }
}

/** An activation inside the GRU operator: its name there, alpha and beta; null where ONNX Runtime has none. */
export interface GruActivation {
  readonly name: string;
  readonly alpha?: number;
  readonly beta?: number;
}

/** The activations that ONNX Runtime accepts inside the GRU operator; others need a loop. */
export const gruActivations: Readonly<Record<Activation, GruActivation | null>> = {
  linear: { name: 'Affine', alpha: 1, beta: 0 },
  sigmoid: { name: 'Sigmoid' },
  hardSigmoid: { name: 'HardSigmoid', alpha: 1 / 6, beta: 0.5 },
  hardSigmoidOnnx: { name: 'HardSigmoid', alpha: 0.2, beta: 0.5 },
  tanh: { name: 'Tanh' },
  relu: { name: 'Relu' },
  leakyRelu: { name: 'LeakyRelu', alpha: 0.01 },
  elu: { name: 'Elu', alpha: 1 },
  selu: null,
  gelu: null,
  softplus: { name: 'Softplus' },
  softsign: { name: 'Softsign' },
  swish: null,
};
