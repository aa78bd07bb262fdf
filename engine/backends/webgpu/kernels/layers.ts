import { defineKernel } from '../kernel.ts';
import activation from '../shaders/activation.wgsl?raw';
import denseSlope from '../shaders/dense-slope.wgsl?raw';
import elementwise from '../shaders/elementwise.wgsl?raw';
import embeddingBackward from '../shaders/embedding-backward.wgsl?raw';
import embeddingForward from '../shaders/embedding-forward.wgsl?raw';
import math from '../shaders/math.wgsl?raw';
import poolBackward from '../shaders/pool-backward.wgsl?raw';
import poolForward from '../shaders/pool-forward.wgsl?raw';

/** Embeddings, slopes of dense layers, pooling. Every shader with the numbers it reads. */

export const embeddingForwardKernel = defineKernel({
  name: 'embedding-forward',
  source: embeddingForward,
  uses: [elementwise],
  integers: [
    'count',
    'columns',
    'indicesAt',
    'indicesStride',
    'tableAt',
    'entries',
    'outputAt',
    'outputStride',
    'zero',
  ],
});

export const embeddingBackwardKernel = defineKernel({
  name: 'embedding-backward',
  source: embeddingBackward,
  integers: [
    'rows',
    'columns',
    'batch',
    'indicesAt',
    'indicesStride',
    'lengthsAt',
    'entries',
    'gradientAt',
    'gradientStride',
    'tableAt',
  ],
});

export const denseSlopeKernel = defineKernel({
  name: 'dense-slope',
  source: denseSlope,
  uses: [math, activation, elementwise],
  integers: [
    'count',
    'columns',
    'gradientAt',
    'gradientStride',
    'outputAt',
    'outputStride',
    'preactivationAt',
  ],
});

export const poolForwardKernel = defineKernel({
  name: 'pool-forward',
  source: poolForward,
  uses: [elementwise],
  integers: [
    'count',
    'columns',
    'timesteps',
    'batch',
    'inputAt',
    'inputStride',
    'outputAt',
    'outputStride',
    'lengthsAt',
    'positionsAt',
  ],
});

export const poolBackwardKernel = defineKernel({
  name: 'pool-backward',
  source: poolBackward,
  uses: [elementwise],
  integers: [
    'count',
    'columns',
    'timesteps',
    'batch',
    'gradientAt',
    'gradientStride',
    'outputAt',
    'outputStride',
    'lengthsAt',
    'positionsAt',
  ],
});
