import { defineKernel } from './kernel.ts';
import activation from './shaders/activation.wgsl?raw';
import add from './shaders/add.wgsl?raw';
import addParts from './shaders/add-parts.wgsl?raw';
import attentionDirect from './shaders/attention-direct.wgsl?raw';
import attentionForward from './shaders/attention-forward.wgsl?raw';
import attentionScores from './shaders/attention-scores.wgsl?raw';
import attentionSums from './shaders/attention-sums.wgsl?raw';
import clip from './shaders/clip.wgsl?raw';
import columnSums from './shaders/column-sums.wgsl?raw';
import constrain from './shaders/constrain.wgsl?raw';
import denseSlope from './shaders/dense-slope.wgsl?raw';
import dropout from './shaders/dropout.wgsl?raw';
import elementwise from './shaders/elementwise.wgsl?raw';
import embeddingBackward from './shaders/embedding-backward.wgsl?raw';
import embeddingForward from './shaders/embedding-forward.wgsl?raw';
import fill from './shaders/fill.wgsl?raw';
import lossClasses from './shaders/loss-classes.wgsl?raw';
import lossElements from './shaders/loss-elements.wgsl?raw';
import math from './shaders/math.wgsl?raw';
import movingAverage from './shaders/moving-average.wgsl?raw';
import normalizeInput from './shaders/normalize-input.wgsl?raw';
import normalizeInputBackward from './shaders/normalize-input-backward.wgsl?raw';
import norms from './shaders/norms.wgsl?raw';
import optimizer from './shaders/optimizer.wgsl?raw';
import poolBackward from './shaders/pool-backward.wgsl?raw';
import poolForward from './shaders/pool-forward.wgsl?raw';
import product from './shaders/product.wgsl?raw';
import productDirect from './shaders/product-direct.wgsl?raw';
import random from './shaders/random.wgsl?raw';
import randomMask from './shaders/random-mask.wgsl?raw';
import reduction from './shaders/reduction.wgsl?raw';
import regularize from './shaders/regularize.wgsl?raw';
import sequenceBackward from './shaders/sequence-backward.wgsl?raw';
import sequenceForward from './shaders/sequence-forward.wgsl?raw';
import squares from './shaders/squares.wgsl?raw';
import step from './shaders/step.wgsl?raw';
import stepBackward from './shaders/step-backward.wgsl?raw';
import stepForward from './shaders/step-forward.wgsl?raw';
import stepMultiply from './shaders/step-multiply.wgsl?raw';
import stepReset from './shaders/step-reset.wgsl?raw';
import sumParts from './shaders/sum-parts.wgsl?raw';
import transpose from './shaders/transpose.wgsl?raw';
import vectors from './shaders/vectors.wgsl?raw';

/** Every shader with the numbers it reads. A kernel with an `element` function has one invocation an element. */

export const addKernel = defineKernel({
  name: 'add',
  source: add,
  uses: [elementwise],
  integers: ['count', 'columns', 'inputAt', 'inputStride', 'outputAt', 'outputStride'],
});

export const fillKernel = defineKernel({
  name: 'fill',
  source: fill,
  uses: [elementwise],
  integers: ['count', 'columns', 'at', 'stride'],
});

export const dropoutKernel = defineKernel({
  name: 'dropout',
  source: dropout,
  uses: [random, elementwise],
  integers: [
    'count',
    'columns',
    'inputAt',
    'inputStride',
    'outputAt',
    'outputStride',
    'maskRows',
    'stream',
    'randomAt',
    'threshold',
  ],
  floats: ['below', 'above'],
});

export const randomMaskKernel = defineKernel({
  name: 'random-mask',
  source: randomMask,
  uses: [random, elementwise],
  integers: ['count', 'maskAt', 'stream', 'randomAt', 'threshold'],
  floats: ['below', 'above'],
});

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

export const attentionForwardKernel = defineKernel({
  name: 'attention-forward',
  source: attentionForward,
  uses: [math, reduction],
  integers: [
    'timesteps',
    'batch',
    'columns',
    'size',
    'inputAt',
    'inputStride',
    'vectorAt',
    'lengthsAt',
    'projectedAt',
    'weightsAt',
    'outputAt',
    'outputStride',
  ],
});

export const attentionScoresKernel = defineKernel({
  name: 'attention-scores',
  source: attentionScores,
  uses: [reduction],
  integers: [
    'timesteps',
    'batch',
    'columns',
    'inputAt',
    'inputStride',
    'lengthsAt',
    'weightsAt',
    'gradientAt',
    'gradientStride',
    'scoresAt',
  ],
});

export const attentionSumsKernel = defineKernel({
  name: 'attention-sums',
  source: attentionSums,
  uses: [elementwise],
  integers: [
    'count',
    'batch',
    'size',
    'lengthsAt',
    'scoresAt',
    'projectedAt',
    'vectorAt',
    'sumsAt',
    'queriesAt',
  ],
});

export const attentionDirectKernel = defineKernel({
  name: 'attention-direct',
  source: attentionDirect,
  uses: [elementwise],
  integers: [
    'count',
    'batch',
    'columns',
    'weightsAt',
    'gradientAt',
    'gradientStride',
    'outputAt',
    'outputStride',
  ],
});

export const lossElementsKernel = defineKernel({
  name: 'loss-elements',
  source: lossElements,
  uses: [math, reduction],
  integers: [
    'count',
    'targets',
    'parts',
    'partsAt',
    'predictionsAt',
    'predictionsStride',
    'targetsAt',
    'weightsAt',
    'gradientAt',
    'gradientStride',
    'scaleAt',
    'listAt',
  ],
  floats: ['first', 'second'],
});

export const lossClassesKernel = defineKernel({
  name: 'loss-classes',
  source: lossClasses,
  uses: [math, reduction],
  integers: [
    'rows',
    'classes',
    'partsAt',
    'predictionsAt',
    'predictionsStride',
    'targetsAt',
    'weightsAt',
    'gradientAt',
    'gradientStride',
    'scaleAt',
    'listAt',
    'zero',
  ],
  floats: ['first'],
});

export const sumPartsKernel = defineKernel({
  name: 'sum-parts',
  source: sumParts,
  uses: [reduction],
  integers: ['parts', 'partsAt', 'scaleAt', 'to'],
});

export const regularizeKernel = defineKernel({
  name: 'regularize',
  source: regularize,
  uses: [math, reduction],
  integers: ['count', 'parts', 'partsAt', 'parameterAt', 'gradientAt'],
  floats: ['l1', 'l2'],
});

export const squaresKernel = defineKernel({
  name: 'squares',
  source: squares,
  uses: [reduction],
  integers: ['count', 'at', 'parts', 'squaresAt', 'limitedAt'],
  floats: ['threshold'],
});

export const normsKernel = defineKernel({
  name: 'norms',
  source: norms,
  uses: [reduction],
  integers: ['tensors', 'table', 'squaresAt', 'limitedAt', 'factorsAt', 'normTo', 'fractionTo'],
  floats: ['threshold', 'divisor'],
});

export const clipKernel = defineKernel({
  name: 'clip',
  source: clip,
  uses: [math, elementwise],
  integers: ['count', 'at', 'factorAt'],
  floats: ['threshold'],
});

export const optimizerKernel = defineKernel({
  name: 'optimizer',
  source: optimizer,
  uses: [math, elementwise],
  integers: ['count', 'parameterAt', 'gradientAt', 'scalarsAt', 'slot0', 'slot1', 'slot2'],
  floats: ['multiplier', 'decay', 'a', 'restA', 'b', 'restB', 'epsilon'],
});

export const constrainKernel = defineKernel({
  name: 'constrain',
  source: constrain,
  uses: [elementwise],
  integers: ['count', 'rows', 'at'],
  floats: ['limit'],
});

export const movingAverageKernel = defineKernel({
  name: 'moving-average',
  source: movingAverage,
  uses: [elementwise],
  integers: ['count', 'parameterAt', 'averageAt'],
  floats: ['decay', 'rest'],
});

export const columnSumsKernel = defineKernel({
  name: 'column-sums',
  source: columnSums,
  integers: [
    'rows',
    'rowsPerPart',
    'columns',
    'batch',
    'at',
    'stride',
    'factorsAt',
    'factorsStride',
    'lengthsAt',
    'to',
  ],
});

export const addPartsKernel = defineKernel({
  name: 'add-parts',
  source: addParts,
  uses: [elementwise],
  integers: ['count', 'columns', 'parts', 'partsAt', 'partStride', 'sourceStride', 'to', 'stride'],
});

const productNumbers = [
  'm',
  'n',
  'k',
  'depth',
  'aAt',
  'aStride',
  'bAt',
  'bStride',
  'cAt',
  'cStride',
  'partStride',
  'biasAt',
  'preactivationAt',
  'lengthsAt',
  'batch',
] as const;

export const productKernel = defineKernel({
  name: 'product',
  source: product,
  uses: [math, activation, vectors],
  integers: productNumbers,
});

export const productDirectKernel = defineKernel({
  name: 'product-direct',
  source: productDirect,
  uses: [math, activation],
  integers: productNumbers,
});

export const transposeKernel = defineKernel({
  name: 'transpose',
  source: transpose,
  integers: ['rows', 'columns', 'at', 'to'],
});

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
  uses: [math, activation],
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
  uses: [math, activation],
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
  uses: [math, activation, vectors, step],
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
] as const;

export const stepBackwardKernel = defineKernel({
  name: 'step-backward',
  source: stepBackward,
  uses: [math, activation, vectors, step, stepMultiply],
  integers: stepBackwardPlaces,
  floats: ['clip', 'zoneout'],
});

export const stepResetKernel = defineKernel({
  name: 'step-reset',
  source: stepReset,
  uses: [math, activation, vectors, step, stepMultiply],
  integers: stepBackwardPlaces,
  floats: ['clip', 'zoneout'],
});
