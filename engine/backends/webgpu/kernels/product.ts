import { defineKernel } from '../kernel.ts';
import activation from '../shaders/activation.wgsl?raw';
import addParts from '../shaders/add-parts.wgsl?raw';
import columnSums from '../shaders/column-sums.wgsl?raw';
import elementwise from '../shaders/elementwise.wgsl?raw';
import math from '../shaders/math.wgsl?raw';
import product from '../shaders/product.wgsl?raw';
import productDirect from '../shaders/product-direct.wgsl?raw';
import transpose from '../shaders/transpose.wgsl?raw';
import halves from '../shaders/halves.wgsl?raw';
import peak from '../shaders/peak.wgsl?raw';
import scale from '../shaders/scale.wgsl?raw';
import toHalf from '../shaders/to-half.wgsl?raw';
import vectors from '../shaders/vectors.wgsl?raw';

/** Matrix products and sums of columns. Every shader with the numbers it reads. */

export const columnSumsKernel = defineKernel({
  name: 'column-sums',
  source: columnSums,
  uses: [halves],
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
    'scaleAt',
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
  'scaleAt',
] as const;

export const productKernel = defineKernel({
  name: 'product',
  source: product,
  uses: [math, activation, vectors, halves],
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

export const toHalfKernel = defineKernel({
  name: 'to-half',
  source: toHalf,
  uses: [halves, elementwise],
  integers: ['count', 'at', 'to'],
});

export const peakKernel = defineKernel({
  name: 'peak',
  source: peak,
  integers: ['rows', 'columns', 'at', 'stride', 'to'],
});

export const scaleKernel = defineKernel({
  name: 'scale',
  source: scale,
  integers: ['count', 'at', 'to'],
});
