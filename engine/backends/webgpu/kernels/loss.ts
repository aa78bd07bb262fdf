import { defineKernel } from '../kernel.ts';
import lossClasses from '../shaders/loss-classes.wgsl?raw';
import lossElements from '../shaders/loss-elements.wgsl?raw';
import math from '../shaders/math.wgsl?raw';
import reduction from '../shaders/reduction.wgsl?raw';
import sumParts from '../shaders/sum-parts.wgsl?raw';

/** Losses and their sums. Every shader with the numbers it reads. */

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
