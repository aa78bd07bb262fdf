import type { Handle, TensorflowDevice } from '../../engine/backends/tensorflow/device.ts';

/**
 * A device that says it has CUDA and computes cuDNN's GRU itself, in plain loops written from NVIDIA's documentation
 * of CUDNN_GRU and TensorFlow's of CudnnRNN, everything else by the TensorFlow that is here. It shows that parameters
 * go in and out in cuDNN's order; that a GPU computes them so, only a GPU can show.
 */
export function cudnnStandIn(device: TensorflowDevice): TensorflowDevice & { readonly calls: string[] } {
  const calls: string[] = [];
  const create = (shape: readonly number[], values: Float32Array): Handle =>
    device.createFloats(shape, values);
  return {
    ...device,
    gpu: true,
    calls,
    execute: (op, attributes, inputs, outputs) => {
      if (op !== 'CudnnRNN' && op !== 'CudnnRNNBackprop') {
        return device.execute(op, attributes, inputs, outputs);
      }
      calls.push(op);
      for (const { name, value } of attributes) {
        if (name === 'rnn_mode' && value !== 'gru') throw new Error(`rnn_mode ${value}`);
      }
      const read = (index: number): Float32Array => device.readFloats(inputs[index] as Handle);
      if (op === 'CudnnRNN') {
        const network = new Network(read(3), read(1), read(0));
        const states = network.forward();
        const reserve = create([3], Float32Array.of(network.inputs, network.units, network.batch));
        return [
          create([network.timesteps, network.batch, network.units], Float32Array.from(states.flat(2))),
          create([1, network.batch, network.units], Float32Array.from((states.at(-1) ?? []).flat())),
          create([], Float32Array.of(0)),
          reserve,
        ];
      }
      const network = new Network(read(3), read(1), read(0));
      const gradients = network.backward(read(7), read(8));
      return [
        create([network.timesteps, network.batch, network.inputs], gradients.input),
        create([1, network.batch, network.units], gradients.state),
        create([], Float32Array.of(0)),
        create([gradients.parameters.length], gradients.parameters),
      ];
    },
  };
}

/** Finds the sizes from three lengths: parameters 3H(I+H)+6H, state BH, input TBI, given T*B rows. */
class Network {
  readonly inputs: number;
  readonly units: number;
  readonly batch: number;
  readonly timesteps: number;
  readonly #parameters: Float32Array;
  readonly #first: Float32Array;
  readonly #input: Float32Array;

  constructor(parameters: Float32Array, first: Float32Array, input: Float32Array) {
    this.#parameters = parameters;
    this.#first = first;
    this.#input = input;
    const sizes = sizesOf(parameters.length, first.length, input.length);
    ({ inputs: this.inputs, units: this.units, batch: this.batch, timesteps: this.timesteps } = sizes);
  }

  /** W or R of gate 0 (r), 1 (z), 2 (n): element [unit][column]. */
  #weight(recurrent: boolean, gate: number, unit: number, column: number): number {
    return this.#weightIndex(recurrent, gate, unit, column).value;
  }

  #weightIndex(recurrent: boolean, gate: number, unit: number, column: number) {
    const { inputs: I, units: H } = this;
    const index = recurrent ? 3 * H * I + gate * H * H + unit * H + column : gate * H * I + unit * I + column;
    return { index, value: this.#parameters[index] as number };
  }

  #biasIndex(recurrent: boolean, gate: number, unit: number): number {
    const { inputs: I, units: H } = this;
    return 3 * H * (I + H) + (recurrent ? 3 * H : 0) + gate * H + unit;
  }

  #step(time: number, sample: number, state: readonly number[]) {
    const { inputs: I, units: H } = this;
    const x = (column: number): number => this.#input[(time * this.batch + sample) * I + column] as number;
    const sums = [0, 1, 2].map((gate) =>
      state.map((_, unit) => {
        let input = this.#parameters[this.#biasIndex(false, gate, unit)] as number;
        for (let column = 0; column < I; column++)
          input += this.#weight(false, gate, unit, column) * x(column);
        let recurrent = this.#parameters[this.#biasIndex(true, gate, unit)] as number;
        for (let k = 0; k < H; k++) recurrent += this.#weight(true, gate, unit, k) * (state[k] as number);
        return { input, recurrent };
      }),
    );
    const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
    const r = (sums[0] ?? []).map(({ input, recurrent }) => sigmoid(input + recurrent));
    const z = (sums[1] ?? []).map(({ input, recurrent }) => sigmoid(input + recurrent));
    const q = (sums[2] ?? []).map(({ recurrent }) => recurrent);
    const n = (sums[2] ?? []).map(({ input, recurrent }, unit) =>
      Math.tanh(input + (r[unit] as number) * recurrent),
    );
    const next = state.map(
      (old, unit) => (1 - (z[unit] as number)) * (n[unit] as number) + (z[unit] as number) * old,
    );
    return { r, z, q, n, next };
  }

  #firstState(sample: number): number[] {
    return Array.from(this.#first.subarray(sample * this.units, (sample + 1) * this.units));
  }

  /** [T][B][H] */
  forward(): number[][][] {
    const states: number[][][] = [];
    let current = Array.from({ length: this.batch }, (_, sample) => this.#firstState(sample));
    for (let time = 0; time < this.timesteps; time++) {
      current = current.map((state, sample) => this.#step(time, sample, state).next);
      states.push(current);
    }
    return states;
  }

  backward(outputGradient: Float32Array, finalGradient: Float32Array) {
    const { inputs: I, units: H, batch: B, timesteps: T } = this;
    const states = this.forward();
    const parameters = new Float64Array(this.#parameters.length);
    const input = new Float64Array(T * B * I);
    const state = new Float64Array(B * H);
    for (let sample = 0; sample < B; sample++) {
      let gradient = Array.from(finalGradient.subarray(sample * H, (sample + 1) * H));
      for (let time = T - 1; time >= 0; time--) {
        const row = time * B + sample;
        const old = time === 0 ? this.#firstState(sample) : (states[time - 1]?.[sample] ?? []);
        const { r, z, q, n } = this.#step(time, sample, old);
        const before = new Array<number>(H).fill(0);
        gradient.forEach((flowing, unit) => {
          const d = flowing + (outputGradient[row * H + unit] as number);
          const [R, Z, Q, N] = [r[unit], z[unit], q[unit], n[unit]] as [number, number, number, number];
          const candidate = d * (1 - Z) * (1 - N * N);
          const gates = [
            candidate * Q * R * (1 - R),
            d * ((old[unit] as number) - N) * Z * (1 - Z),
            candidate,
          ];
          before[unit] = (before[unit] as number) + d * Z;
          gates.forEach((through, gate) => {
            const recurrent = gate === 2 ? through * R : through;
            add(parameters, this.#biasIndex(false, gate, unit), through);
            add(parameters, this.#biasIndex(true, gate, unit), recurrent);
            for (let column = 0; column < I; column++) {
              const { index, value } = this.#weightIndex(false, gate, unit, column);
              add(parameters, index, through * (this.#input[row * I + column] as number));
              add(input, row * I + column, through * value);
            }
            for (let k = 0; k < H; k++) {
              const { index, value } = this.#weightIndex(true, gate, unit, k);
              add(parameters, index, recurrent * (old[k] as number));
              before[k] = (before[k] as number) + recurrent * value;
            }
          });
        });
        gradient = before;
      }
      state.set(gradient, sample * H);
    }
    return {
      parameters: Float32Array.from(parameters),
      input: Float32Array.from(input),
      state: Float32Array.from(state),
    };
  }
}

function add(array: Float64Array, index: number, value: number): void {
  array[index] = (array[index] as number) + value;
}

/** The sizes used in the test are the only ones that fit; others would be ambiguous. */
function sizesOf(parameters: number, state: number, input: number) {
  for (let units = 1; units <= state; units++) {
    if (state % units !== 0) continue;
    const inputs = (parameters - 6 * units) / (3 * units) - units;
    const batch = state / units;
    const timesteps = input / (batch * inputs);
    if (Number.isInteger(inputs) && inputs > 0 && Number.isInteger(timesteps)) {
      return { inputs, units, batch, timesteps };
    }
  }
  throw new Error('these parameters fit no network');
}
