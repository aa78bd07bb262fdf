import { defineKernel } from '../kernel.ts';
import clip from '../shaders/clip.wgsl?raw';
import constrain from '../shaders/constrain.wgsl?raw';
import elementwise from '../shaders/elementwise.wgsl?raw';
import math from '../shaders/math.wgsl?raw';
import norms from '../shaders/norms.wgsl?raw';
import optimizer from '../shaders/optimizer.wgsl?raw';
import reduction from '../shaders/reduction.wgsl?raw';
import regularize from '../shaders/regularize.wgsl?raw';
import squares from '../shaders/squares.wgsl?raw';

/** Penalties, norms, clipping, optimizers and constraints. Every shader with the numbers it reads. */

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
