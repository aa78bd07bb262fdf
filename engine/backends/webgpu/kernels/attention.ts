import { defineKernel } from '../kernel.ts';
import attentionDirect from '../shaders/attention-direct.wgsl?raw';
import attentionForward from '../shaders/attention-forward.wgsl?raw';
import attentionScores from '../shaders/attention-scores.wgsl?raw';
import attentionSums from '../shaders/attention-sums.wgsl?raw';
import elementwise from '../shaders/elementwise.wgsl?raw';
import math from '../shaders/math.wgsl?raw';
import reduction from '../shaders/reduction.wgsl?raw';

/** The attention read-out. Every shader with the numbers it reads. */

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
