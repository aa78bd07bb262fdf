import { assertDefined } from '../base/errors.ts';
import type { WeightKind } from '../contract/model.ts';
import { isUnder, type LayerDescription, type ModelDescription } from '../model/description.ts';
import { swapGates, transpose } from './layout.ts';
import type { Tensor } from './safetensors.ts';

/**
 * The weights of a model under PyTorch's names and in its layout:
 * - `nn.GRU` keeps `weight_ih_l0` [3H,I], `weight_hh_l0` [3H,H], `bias_ih_l0` [3H], `bias_hh_l0` [3H], gates in rows
 *   in the order r,z,n; ours are in columns in the order z,r,n. `_reverse` marks the second direction.
 * - a layer that `nn.GRU` cannot say keeps the same names and layout, and `gain_l0` [6H]: input r,z,n, state r,z,n.
 * - `nn.Linear` keeps weight [out,in]; ours is [in,out].
 * Layers that one `nn.GRU` can say together are `gru.weight_ih_l0`, `gru.weight_ih_l1`, ...; otherwise each is a
 * module of its own: `gru.0.weight_ih_l0`, `gru.1.weight_ih_l0`.
 */
export type Weights = ReadonlyMap<string, Float32Array | Float64Array>;

/** Whether one `nn.GRU` with several layers says the same as the layers of the model. */
export function isOneModule(model: ModelDescription): boolean {
  const [first] = model.layers;
  if (!model.layers.every(isTorchGru)) return false;
  return model.layers.every(
    ({ config }) =>
      config.units === first?.config.units &&
      config.bidirectional === first.config.bidirectional &&
      config.bias === first.config.bias &&
      config.initialState.kind === first.config.initialState.kind &&
      config.initialState.kind !== 'given' &&
      !config.residual &&
      // With several layers, dropout stands between them.
      (model.layers.length === 1 || (config.inputDropout === 0 && config.outputDropout === 0)),
  );
}

/** Whether `nn.GRU` computes what the layer computes; otherwise the generated module brings a class of its own. */
export function isTorchGru({ config }: LayerDescription): boolean {
  return (
    config.resetMode !== 'before' &&
    config.gateActivation === 'sigmoid' &&
    config.candidateActivation === 'tanh' &&
    config.clip === null &&
    !config.layerNormalization &&
    config.zoneout === 0
  );
}

/**
 * The weights of ours that each of PyTorch's is made of, by its name; none for second biases that the layer does not
 * have, which are exported as zeros.
 */
function torchSources(model: ModelDescription): ReadonlyMap<string, readonly string[]> {
  const together = isOneModule(model);
  const sources = new Map<string, readonly string[]>();
  model.embeddings.forEach(({ name }, index) => {
    sources.set(`embedding.${index}.weight`, [name]);
  });
  model.layers.forEach((layer, index) => {
    const prefix = together ? 'gru.' : `gru.${index}.`;
    const { bias, resetMode, layerNormalization } = layer.config;
    for (const { name, reverse } of layer.directions) {
      const end = `_l${together ? index : 0}${reverse ? '_reverse' : ''}`;
      sources.set(`${prefix}weight_ih${end}`, [`${name}.kernel`]);
      sources.set(`${prefix}weight_hh${end}`, [`${name}.recurrent`]);
      if (bias) {
        sources.set(`${prefix}bias_ih${end}`, [`${name}.bias`]);
        sources.set(
          `${prefix}bias_hh${end}`,
          resetMode === 'afterRecurrentBias' ? [`${name}.recurrentBias`] : [],
        );
      }
      if (layerNormalization) sources.set(`${prefix}gain${end}`, [`${name}.gain`]);
    }
  });
  const learned = model.layers.filter(({ config }) => config.initialState.kind === 'trainable');
  const states = (layers: readonly LayerDescription[]) =>
    layers.flatMap(({ directions }) => directions.map(({ name }) => `${name}.initialState`));
  if (together && learned.length > 0) sources.set('initial_state', states(learned));
  if (!together) {
    for (const layer of learned) sources.set(`initial_state_${model.layers.indexOf(layer)}`, states([layer]));
  }
  if (model.readout === 'attention') {
    sources.set('attention.weight', ['attention.kernel']);
    sources.set('attention.bias', ['attention.bias']);
    sources.set('attention_vector', ['attention.vector']);
  }
  for (const { name } of [...model.head, model.output]) {
    sources.set(`${name}.weight`, [`${name}.kernel`]);
    sources.set(`${name}.bias`, [`${name}.bias`]);
  }
  return sources;
}

/**
 * Names of weights that a training script must not move: those of frozen parts, and second biases that the layer does
 * not have.
 * @param frozen parts of the model by our names.
 */
export function torchFrozen(model: ModelDescription, frozen: readonly string[]): string[] {
  const still = (name: string) => frozen.some((path) => isUnder(name, path));
  return [...torchSources(model)].filter(([, ours]) => ours.every(still)).map(([name]) => name);
}

/** PyTorch's names of the weights of each kind. */
export function torchNamesOfKinds(model: ModelDescription): ReadonlyMap<WeightKind, readonly string[]> {
  const kinds = new Map(model.parameters.map(({ name, kind }) => [name, kind]));
  const names = new Map<WeightKind, string[]>();
  for (const [torch, [first]] of torchSources(model)) {
    const kind = first === undefined ? undefined : kinds.get(first);
    if (kind !== undefined) names.set(kind, [...(names.get(kind) ?? []), torch]);
  }
  return names;
}

/** The state dict. */
export function torchTensors(model: ModelDescription, weights: Weights): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const get = (name: string) => assertDefined(weights.get(name), `the weight ${name}`);
  model.embeddings.forEach(({ name, entries, width }, index) => {
    tensors.set(`embedding.${index}.weight`, { shape: [entries, width], values: get(name) });
  });
  const together = isOneModule(model);
  model.layers.forEach((layer, index) => {
    const prefix = together ? 'gru.' : `gru.${index}.`;
    addGru(tensors, layer, prefix, `_l${together ? index : 0}`, get);
  });
  addInitialStates(tensors, model, get);
  if (model.readout === 'attention') {
    const width = model.layers.at(-1)?.width ?? 0;
    const size = model.attentionSize;
    tensors.set('attention.weight', {
      shape: [size, width],
      values: transpose(get('attention.kernel'), width, size),
    });
    tensors.set('attention.bias', { shape: [size], values: get('attention.bias') });
    tensors.set('attention_vector', { shape: [size], values: get('attention.vector') });
  }
  for (const { name, inputs, units } of [...model.head, model.output]) {
    const kernel = transpose(get(`${name}.kernel`), inputs, units);
    tensors.set(`${name}.weight`, { shape: [units, inputs], values: kernel });
    tensors.set(`${name}.bias`, { shape: [units], values: get(`${name}.bias`) });
  }
  return tensors;
}

type Get = (name: string) => Float32Array | Float64Array;

function addGru(
  tensors: Map<string, Tensor>,
  layer: LayerDescription,
  prefix: string,
  suffix: string,
  get: Get,
) {
  const { units, inputs, config } = layer;
  for (const { name, reverse } of layer.directions) {
    const end = `${suffix}${reverse ? '_reverse' : ''}`;
    const kernel = gateRows(get(`${name}.kernel`), inputs, units);
    const recurrent = gateRows(get(`${name}.recurrent`), units, units);
    tensors.set(`${prefix}weight_ih${end}`, { shape: [3 * units, inputs], values: kernel });
    tensors.set(`${prefix}weight_hh${end}`, { shape: [3 * units, units], values: recurrent });
    if (config.layerNormalization) {
      const gain = get(`${name}.gain`);
      const halves = [gain.subarray(0, 3 * units), gain.subarray(3 * units)].map(swapGates);
      const values = gain.slice();
      halves.forEach((half, index) => {
        values.set(half, index * 3 * units);
      });
      tensors.set(`${prefix}gain${end}`, { shape: [6 * units], values });
    }
    if (!config.bias) continue;
    const bias = get(`${name}.bias`);
    // Without a recurrent bias of its own, a zero one computes the same.
    const recurrentBias =
      config.resetMode === 'afterRecurrentBias' ? get(`${name}.recurrentBias`) : bias.map(() => 0);
    tensors.set(`${prefix}bias_ih${end}`, { shape: [3 * units], values: gateRows(bias, 1, units) });
    tensors.set(`${prefix}bias_hh${end}`, { shape: [3 * units], values: gateRows(recurrentBias, 1, units) });
  }
}

/** Learned initial states, [directions,units] a layer, or of all layers where they are one module. */
function addInitialStates(tensors: Map<string, Tensor>, model: ModelDescription, get: Get): void {
  const learned = model.layers.filter(({ config }) => config.initialState.kind === 'trainable');
  const stacked = (layers: readonly LayerDescription[]): Tensor => {
    const parts = layers.flatMap(({ directions }) =>
      directions.map(({ name }) => get(`${name}.initialState`)),
    );
    const units = layers[0]?.units ?? 0;
    const values =
      parts[0] instanceof Float64Array
        ? new Float64Array(parts.length * units)
        : new Float32Array(parts.length * units);
    parts.forEach((part, index) => {
      values.set(part, index * units);
    });
    return { shape: [parts.length, units], values };
  };
  if (learned.length === 0) return;
  if (isOneModule(model)) tensors.set('initial_state', stacked(learned));
  else {
    for (const layer of learned)
      tensors.set(`initial_state_${model.layers.indexOf(layer)}`, stacked([layer]));
  }
}

/** Three gates in columns z,r,n [rows,3H] to rows r,z,n [3H,rows]. */
function gateRows<Values extends Float32Array | Float64Array>(
  values: Values,
  rows: number,
  units: number,
): Values {
  return swapGates(transpose(values, rows, 3 * units));
}
