/**
 * The code of a JavaScript export: plain ECMAScript without imports. It reads `architecture` and `weights`, which the
 * exporter writes above it. Names and equations are those of engine/ops/gru.ts.
 */
export const javascriptRuntime = `
const activations = {
  linear: (x) => x,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hardSigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  hardSigmoidOnnx: (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1),
  tanh: Math.tanh,
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x) => (x > 0 ? x : 0.01 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  softsign: (x) => x / (1 + Math.abs(x)),
  swish: (x) => x / (1 + Math.exp(-x)),
};

/** The error function: its series near 0, the continued fraction of its complement beyond (Abramowitz and Stegun 7.1). */
function erf(x) {
  const z = Math.abs(x);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
      term *= (2 * z * z) / (2 * k + 1);
      sum += term;
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
  }
  let fraction = z;
  for (let k = 60; k >= 1; k--) fraction = z + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-z * z) / (fraction * Math.sqrt(Math.PI)));
}

/** x [rows] times columns from..from+count of a matrix [rows, columns]. */
function product(x, matrix, columns, from, count) {
  const sums = new Float64Array(count);
  for (let row = 0; row < x.length; row++) {
    const value = x[row];
    const start = row * columns + from;
    for (let column = 0; column < count; column++) sums[column] += value * matrix[start + column];
  }
  return sums;
}

/** Layer normalization with a gain, in place; nothing without a gain. */
function normalize(values, gain, block) {
  if (gain === undefined) return values;
  const size = values.length;
  let mean = 0;
  for (const value of values) mean += value / size;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2 / size;
  const factor = 1 / Math.sqrt(variance + 1e-5);
  for (let i = 0; i < size; i++) values[i] = (values[i] - mean) * factor * gain[block * size + i];
  return values;
}

/** One step of one direction of a layer: the new state. */
function step(layer, direction, x, h) {
  const { units, resetMode, clip, zoneout } = layer;
  const kernel = weights[direction.name + '.kernel'];
  const recurrent = weights[direction.name + '.recurrent'];
  const bias = weights[direction.name + '.bias'];
  const recurrentBias = weights[direction.name + '.recurrentBias'];
  const gain = weights[direction.name + '.gain'];
  const limit = (value) => (clip === null ? value : Math.min(Math.max(value, -clip), clip));
  const sigma = activations[layer.gateActivation];
  const phi = activations[layer.candidateActivation];
  const fromInput = (gate) => normalize(product(x, kernel, 3 * units, gate * units, units), gain, gate);
  const fromState = (gate, state) =>
    normalize(product(state, recurrent, 3 * units, gate * units, units), gain, 3 + gate);
  const gate = (index) => {
    const a = fromInput(index);
    const u = fromState(index, h);
    for (let i = 0; i < units; i++) {
      const at = index * units + i;
      a[i] = sigma(limit(a[i] + u[i] + (bias ? bias[at] : 0) + (recurrentBias ? recurrentBias[at] : 0)));
    }
    return a;
  };
  const z = gate(0);
  const r = gate(1);
  const a = fromInput(2);
  const u = fromState(2, resetMode === 'before' ? h.map((value, i) => value * r[i]) : h);
  const next = new Float64Array(units);
  for (let i = 0; i < units; i++) {
    const at = 2 * units + i;
    const recurrentPart = (u[i] + (recurrentBias ? recurrentBias[at] : 0)) * (resetMode === 'before' ? 1 : r[i]);
    const n = phi(limit(a[i] + (bias ? bias[at] : 0) + recurrentPart));
    const mixed = z[i] * h[i] + (1 - z[i]) * n;
    next[i] = zoneout * h[i] + (1 - zoneout) * mixed;
  }
  return next;
}

function initialState(layer, direction, given) {
  if (direction.stateColumn !== null) {
    if (given === undefined) throw new Error('This model needs the values of its initial state');
    return Float64Array.from({ length: layer.units }, (_, i) => given[direction.stateColumn + i]);
  }
  return Float64Array.from(weights[direction.name + '.initialState'] ?? new Float64Array(layer.units));
}

/** What the first layer reads: the features, then every embedding. */
function inputOf(features, tokens) {
  const x = new Float64Array(architecture.inputWidth);
  for (let i = 0; i < architecture.features.length; i++) x[i] = features[i];
  for (const { name, token, entries, width, column } of architecture.embeddings) {
    const entry = tokens[token];
    if (!Number.isInteger(entry) || entry < 0 || entry >= entries) {
      throw new Error('Token ' + entry + ' is not one of 0 to ' + (entries - 1));
    }
    for (let i = 0; i < width; i++) x[column + i] = weights[name][entry * width + i];
  }
  return x;
}

function head(x) {
  let y = x;
  for (const { name, units, activation } of architecture.head) {
    const sums = product(y, weights[name + '.kernel'], units, 0, units);
    const bias = weights[name + '.bias'];
    y = sums.map((value, i) => activations[activation](value + bias[i]));
  }
  return Float32Array.from(y);
}

function attentionScore(x) {
  const size = architecture.attentionSize;
  const sums = product(x, weights['attention.kernel'], size, 0, size);
  const bias = weights['attention.bias'];
  const vector = weights['attention.vector'];
  let score = 0;
  for (let i = 0; i < size; i++) score += Math.tanh(sums[i] + bias[i]) * vector[i];
  return score;
}

/** Sums up states as they come: what the head sees after each. */
class Readout {
  constructor() {
    this.count = 0;
    this.sum = null;
    this.largest = Number.NEGATIVE_INFINITY;
    this.total = 0;
  }
  add(x) {
    const { readout } = architecture;
    this.count += 1;
    if (readout === 'last' || readout === 'every') return x;
    if (this.sum === null) this.sum = new Float64Array(x.length).fill(readout === 'max' ? Number.NEGATIVE_INFINITY : 0);
    const { sum } = this;
    if (readout === 'max') {
      x.forEach((value, i) => {
        sum[i] = Math.max(sum[i], value);
      });
      return sum;
    }
    if (readout === 'mean') {
      x.forEach((value, i) => {
        sum[i] += value;
      });
      return sum.map((value) => value / this.count);
    }
    // A softmax over the scores so far; a larger score rescales what was summed.
    const score = attentionScore(x);
    const largest = Math.max(this.largest, score);
    const shrink = Math.exp(this.largest - largest);
    const weight = Math.exp(score - largest);
    this.largest = largest;
    this.total = this.total * shrink + weight;
    x.forEach((value, i) => {
      sum[i] = sum[i] * shrink + weight * value;
    });
    return sum.map((value) => value / this.total);
  }
}

/** Predicts one whole sequence. */
export function predict({ features = [], tokens = [], state } = {}) {
  const width = architecture.features.length;
  const count = architecture.tokens.length;
  const steps = width > 0 ? features.length / width : tokens.length / count;
  if (!Number.isInteger(steps) || steps < 1 || (count > 0 && tokens.length !== steps * count)) {
    throw new Error('The sequence is empty, or its arrays do not have whole rows of one length');
  }
  let rows = [];
  for (let t = 0; t < steps; t++) {
    const row = Array.from({ length: width }, (_, i) => features[t * width + i]);
    rows.push(inputOf(row, Array.from({ length: count }, (_, i) => tokens[t * count + i])));
  }
  for (const layer of architecture.layers) {
    const below = rows;
    rows = below.map((row) => (layer.residual ? row.slice() : new Float64Array(layer.width)));
    for (const direction of layer.directions) {
      let h = initialState(layer, direction, state);
      for (let k = 0; k < steps; k++) {
        const t = direction.reverse ? steps - 1 - k : k;
        h = step(layer, direction, below[t], h);
        for (let i = 0; i < layer.units; i++) rows[t][direction.column + i] += h[i];
      }
    }
  }
  if (architecture.readout === 'every') {
    const outputs = rows.map(head);
    const result = new Float32Array(steps * outputs[0].length);
    outputs.forEach((row, t) => result.set(row, t * row.length));
    return result;
  }
  if (architecture.readout === 'last') {
    // The last state of each direction: the reversed one ends at the first step.
    const last = architecture.layers[architecture.layers.length - 1];
    const x = new Float64Array(last.width);
    for (const { reverse, column } of last.directions) {
      const row = rows[reverse ? 0 : steps - 1];
      for (let i = 0; i < last.units; i++) x[column + i] = row[column + i];
    }
    return head(x);
  }
  const readout = new Readout();
  let seen = null;
  for (const row of rows) seen = readout.add(row);
  return head(seen);
}

/** Reads a sequence one step at a time; after each step, the prediction for the sequence so far. */
export class Stream {
  constructor(state) {
    if (architecture.layers.some(({ directions }) => directions.length > 1)) {
      throw new Error('A bidirectional model reads the whole sequence: use predict');
    }
    this.reset(state);
  }
  /** Starts a new sequence. */
  reset(state) {
    this.states = architecture.layers.map((layer) => initialState(layer, layer.directions[0], state));
    this.readout = new Readout();
  }
  step(features = [], tokens = []) {
    let x = inputOf(features, tokens);
    architecture.layers.forEach((layer, index) => {
      const h = step(layer, layer.directions[0], x, this.states[index]);
      this.states[index] = h;
      const below = x;
      x = layer.residual ? h.map((value, i) => value + below[i]) : h;
    });
    return head(this.readout.add(x));
  }
}
`;
