/**
 * Layers that TensorFlow.js lacks, as the file that lies beside `model.json`. Weights have our own layout, gates z,r,n in
 * columns. `registerGruLayers(tf)` must run before `tf.loadLayersModel`.
 */
export const tfjsShim = `/**
 * The layers of this model that TensorFlow.js lacks. Before loading it:
 *   import { registerGruLayers } from './gru-layers.mjs';
 *   registerGruLayers(tf);
 *   const model = await tf.loadLayersModel('model.json');
 */
export function registerGruLayers(tf) {
  const activations = {
    linear: (x) => x,
    sigmoid: tf.sigmoid,
    hardSigmoid: (x) => tf.clipByValue(tf.add(tf.div(x, 6), 0.5), 0, 1),
    hardSigmoidOnnx: (x) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1),
    tanh: tf.tanh,
    relu: tf.relu,
    leakyRelu: (x) => tf.leakyRelu(x, 0.01),
    elu: tf.elu,
    selu: tf.selu,
    gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
    softplus: tf.softplus,
    softsign: (x) => tf.div(x, tf.add(tf.abs(x), 1)),
    swish: (x) => tf.mul(x, tf.sigmoid(x)),
  };

  /** One direction of a GRU layer: [x, lengths?, state?] -> states [batch, steps, units]. */
  class GruRecurrence extends tf.layers.Layer {
    static className = 'GruRecurrence';

    constructor(config) {
      super(config);
      this.settings = config;
      this.supportsMasking = true;
    }

    build(inputShape) {
      const [, , inputs] = Array.isArray(inputShape[0]) ? inputShape[0] : inputShape;
      const { units, useBias, recurrentBias, layerNormalization, learnedState } = this.settings;
      const weight = (name, shape) => this.addWeight(name, shape, 'float32', tf.initializers.zeros());
      this.kernel = weight('kernel', [inputs, 3 * units]);
      this.recurrent = weight('recurrent_kernel', [units, 3 * units]);
      this.bias = useBias ? weight('bias', [3 * units]) : null;
      this.recurrentBias = recurrentBias ? weight('recurrent_bias', [3 * units]) : null;
      this.gain = layerNormalization ? weight('gain', [6 * units]) : null;
      this.initialState = learnedState ? weight('initial_state', [units]) : null;
      super.build(inputShape);
    }

    computeOutputShape(inputShape) {
      const [batch, steps] = Array.isArray(inputShape[0]) ? inputShape[0] : inputShape;
      return [batch, steps, this.settings.units];
    }

    call(inputs) {
      return tf.tidy(() => {
        const { units, resetMode, clip, zoneout, hasLengths, hasState, reverse } = this.settings;
        const given = Array.isArray(inputs) ? [...inputs] : [inputs];
        const x = given.shift();
        const lengths = hasLengths ? given.shift() : null;
        const start = hasState ? given.shift() : null;
        const [batch, steps] = x.shape;
        const read = (variable) => (variable === null ? null : variable.read());
        const blocks = (matrix) => tf.split(matrix, 3, matrix.shape.length - 1);
        const kernel = blocks(read(this.kernel));
        const recurrent = blocks(read(this.recurrent));
        const bias = this.bias === null ? null : blocks(read(this.bias));
        const recurrentBias = this.recurrentBias === null ? null : blocks(read(this.recurrentBias));
        const gain = this.gain === null ? null : tf.split(read(this.gain), 6);
        const sigma = activations[this.settings.gateActivation];
        const phi = activations[this.settings.candidateActivation];
        const limit = (value) => (clip === null ? value : tf.clipByValue(value, -clip, clip));
        const normalize = (value, block) => {
          if (gain === null) return value;
          const { mean, variance } = tf.moments(value, -1, true);
          return tf.mul(tf.div(tf.sub(value, mean), tf.sqrt(tf.add(variance, 1e-5))), gain[block]);
        };
        const plus = (value, biases, gate) => (biases === null ? value : tf.add(value, biases[gate]));
        let h = tf.zeros([batch, units]);
        if (this.initialState !== null) h = tf.add(h, read(this.initialState));
        if (start !== null) h = start;
        const rows = tf.unstack(x, 1);
        const outputs = [];
        for (let k = 0; k < steps; k++) {
          const t = reverse ? steps - 1 - k : k;
          const fromInput = (gate) => plus(normalize(tf.matMul(rows[t], kernel[gate]), gate), bias, gate);
          const fromState = (gate, state) =>
            plus(normalize(tf.matMul(state, recurrent[gate]), 3 + gate), recurrentBias, gate);
          const z = sigma(limit(tf.add(fromInput(0), fromState(0, h))));
          const r = sigma(limit(tf.add(fromInput(1), fromState(1, h))));
          const u = resetMode === 'before' ? fromState(2, tf.mul(r, h)) : tf.mul(r, fromState(2, h));
          const n = phi(limit(tf.add(fromInput(2), u)));
          let next = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), n));
          if (zoneout > 0) next = tf.add(tf.mul(h, zoneout), tf.mul(next, 1 - zoneout));
          if (lengths !== null) {
            const valid = tf.cast(tf.greater(tf.cast(lengths, 'float32'), t), 'float32');
            next = tf.add(tf.mul(valid, next), tf.mul(tf.sub(1, valid), h));
          }
          h = next;
          outputs[t] = h;
        }
        return tf.stack(outputs, 1);
      });
    }

    getConfig() {
      return { ...super.getConfig(), ...this.settings };
    }
  }

  /** What the head sees of states [batch, steps, width]: [states, lengths?] -> [batch, width]. */
  class GruReadout extends tf.layers.Layer {
    static className = 'GruReadout';

    constructor(config) {
      super(config);
      this.settings = config;
    }

    build(inputShape) {
      const [, , width] = Array.isArray(inputShape[0]) ? inputShape[0] : inputShape;
      const { mode, attentionSize } = this.settings;
      if (mode === 'attention') {
        const weight = (name, shape) => this.addWeight(name, shape, 'float32', tf.initializers.zeros());
        this.kernel = weight('kernel', [width, attentionSize]);
        this.bias = weight('bias', [attentionSize]);
        this.vector = weight('vector', [attentionSize, 1]);
      }
      super.build(inputShape);
    }

    computeOutputShape(inputShape) {
      const [batch, , width] = Array.isArray(inputShape[0]) ? inputShape[0] : inputShape;
      return [batch, width];
    }

    call(inputs) {
      return tf.tidy(() => {
        const [x, lengths] = Array.isArray(inputs) ? inputs : [inputs];
        const { mode, units, backward, attentionSize } = this.settings;
        const [batch, steps, width] = x.shape;
        const count = lengths === undefined ? tf.fill([batch, 1], steps) : tf.cast(lengths, 'float32');
        const position = tf.reshape(tf.range(0, steps, 1), [1, steps]);
        if (mode === 'last') {
          const ends = tf.expandDims(tf.cast(tf.equal(position, tf.sub(count, 1)), 'float32'), 2);
          const last = tf.sum(tf.mul(x, ends), 1);
          if (!backward) return last;
          // The reversed direction ends at the first step.
          const first = tf.reshape(tf.slice(x, [0, 0, 0], [batch, 1, width]), [batch, width]);
          return tf.concat([tf.slice(last, [0, 0], [batch, units]), tf.slice(first, [0, units], [batch, units])], 1);
        }
        const valid = tf.expandDims(tf.cast(tf.less(position, count), 'float32'), 2);
        const padding = tf.mul(tf.sub(valid, 1), 1e9);
        if (mode === 'mean') return tf.div(tf.sum(tf.mul(x, valid), 1), count);
        if (mode === 'max') return tf.max(tf.add(x, padding), 1);
        const flat = tf.reshape(x, [batch * steps, width]);
        const projected = tf.tanh(tf.add(tf.matMul(flat, this.kernel.read()), this.bias.read()));
        const scores = tf.reshape(tf.matMul(projected, this.vector.read()), [batch, steps]);
        const weights = tf.softmax(tf.add(scores, tf.reshape(padding, [batch, steps])));
        return tf.sum(tf.mul(x, tf.expandDims(weights, 2)), 1);
      });
    }

    getConfig() {
      return { ...super.getConfig(), ...this.settings };
    }
  }

  tf.serialization.registerClass(GruRecurrence);
  tf.serialization.registerClass(GruReadout);
}
`;
