import { defineKernel } from '../kernel.ts';
import add from '../shaders/add.wgsl?raw';
import dropout from '../shaders/dropout.wgsl?raw';
import elementwise from '../shaders/elementwise.wgsl?raw';
import fill from '../shaders/fill.wgsl?raw';
import movingAverage from '../shaders/moving-average.wgsl?raw';
import random from '../shaders/random.wgsl?raw';
import randomMask from '../shaders/random-mask.wgsl?raw';

/** Copies, fillings and random masks. Every shader with the numbers it reads. */

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

export const movingAverageKernel = defineKernel({
  name: 'moving-average',
  source: movingAverage,
  uses: [elementwise],
  integers: ['count', 'parameterAt', 'averageAt'],
  floats: ['decay', 'rest'],
});
