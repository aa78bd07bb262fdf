import { defineKernel } from '../kernel.ts';
import activation from '../shaders/activation.wgsl?raw';
import halves from '../shaders/halves.wgsl?raw';
import math from '../shaders/math.wgsl?raw';
import normalizeInput from '../shaders/normalize-input.wgsl?raw';
import normalizeInputBackward from '../shaders/normalize-input-backward.wgsl?raw';
import reduction from '../shaders/reduction.wgsl?raw';
import sequenceBackward from '../shaders/sequence-backward.wgsl?raw';
import sequenceForward from '../shaders/sequence-forward.wgsl?raw';
import slices from '../shaders/slices.wgsl?raw';
import step from '../shaders/step.wgsl?raw';
import stepBackward from '../shaders/step-backward.wgsl?raw';
import stepForward from '../shaders/step-forward.wgsl?raw';
import stepMultiply from '../shaders/step-multiply.wgsl?raw';
import stepReset from '../shaders/step-reset.wgsl?raw';
import vectors from '../shaders/vectors.wgsl?raw';

/** GRU layers, whole sequences or a timestep at a time. Every shader with the numbers it reads. */

export const normalizeInputKernel = defineKernel({
  name: 'normalize-input',
  source: normalizeInput,
  uses: [reduction],
  integers: ['rows', 'at', 'stride', 'gainAt', 'biasAt', 'normalizedAt', 'inverseAt'],
});

export const normalizeInputBackwardKernel = defineKernel({
  name: 'normalize-input-backward',
  source: normalizeInputBackward,
  uses: [reduction],
  integers: ['rows', 'batch', 'lengthsAt', 'gradientAt', 'gainAt', 'normalizedAt', 'inverseAt', 'to'],
});

export const sequenceForwardKernel = defineKernel({
  name: 'sequence-forward',
  source: sequenceForward,
  uses: [math, activation, slices],
  integers: [
    'timesteps',
    'batch',
    'first',
    'end',
    'recurrentAt',
    'recurrentBiasAt',
    'gainAt',
    'projectedAt',
    'projectedStride',
    'startAt',
    'startStride',
    'lengthsAt',
    'recurrentMaskAt',
    'zoneoutMaskAt',
    'outputAt',
    'outputStride',
    'finalAt',
    'finalStride',
    'gatesAt',
    'preactivationsAt',
    'normalizedAt',
    'inverseAt',
  ],
  floats: ['clip', 'zoneout'],
});

export const sequenceBackwardKernel = defineKernel({
  name: 'sequence-backward',
  source: sequenceBackward,
  uses: [math, activation, slices],
  integers: [
    'timesteps',
    'batch',
    'first',
    'end',
    'transposedAt',
    'gainAt',
    'startAt',
    'startStride',
    'lengthsAt',
    'recurrentMaskAt',
    'zoneoutMaskAt',
    'outputAt',
    'outputStride',
    'gatesAt',
    'preactivationsAt',
    'normalizedAt',
    'inverseAt',
    'gradientAt',
    'gradientStride',
    'stateGradientAt',
    'carriedAt',
    'gateGradientAt',
    'recurrentGradientAt',
    'metAt',
    'resetMetAt',
  ],
  floats: ['clip', 'zoneout'],
});

const stepPlaces = [
  'timesteps',
  'batch',
  'step',
  'gainAt',
  'lengthsAt',
  'recurrentMaskAt',
  'zoneoutMaskAt',
  'outputAt',
  'outputStride',
  'gatesAt',
  'preactivationsAt',
  'normalizedAt',
  'inverseAt',
  'stateAt',
  'stateStride',
] as const;

export const stepForwardKernel = defineKernel({
  name: 'step-forward',
  source: stepForward,
  uses: [math, activation, vectors, halves, step],
  integers: [
    ...stepPlaces,
    'last',
    'recurrentAt',
    'recurrentBiasAt',
    'projectedAt',
    'projectedStride',
    'operandAt',
    'updateAt',
    'updateStride',
    'finalAt',
    'finalStride',
  ],
  floats: ['clip', 'zoneout'],
});

const stepBackwardPlaces = [
  ...stepPlaces,
  'source',
  'transposedAt',
  'gradientAt',
  'gradientStride',
  'stateGradientAt',
  'carriedAt',
  'gateGradientAt',
  'metAt',
  'resetMetAt',
  'throughAt',
  'scaleAt',
] as const;

export const stepBackwardKernel = defineKernel({
  name: 'step-backward',
  source: stepBackward,
  uses: [math, activation, vectors, halves, step, stepMultiply],
  integers: stepBackwardPlaces,
  floats: ['clip', 'zoneout'],
});

export const stepResetKernel = defineKernel({
  name: 'step-reset',
  source: stepReset,
  uses: [math, activation, vectors, halves, step, stepMultiply],
  integers: stepBackwardPlaces,
  floats: ['clip', 'zoneout'],
});
