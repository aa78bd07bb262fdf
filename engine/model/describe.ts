import type { Experiment } from '../contract/experiment.ts';
import type { GruLayer, WeightKind } from '../contract/model.ts';
import type { InputLayout, OutputLayout } from '../data/prepared.ts';
import { checkModel } from './checks.ts';
import {
  type DenseDescription,
  type EmbeddingDescription,
  type LayerDescription,
  type ModelDescription,
  type ParameterDescription,
  parameterSize,
} from './description.ts';
import { predictionWidth } from './loss.ts';

/**
 * Describes the model of an experiment for the columns of its data: widths of every layer and every named weight.
 * @throws config/impossible, naming the key, when the parts do not fit together.
 */
export function describeModel(
  experiment: Experiment,
  inputs: InputLayout,
  outputs: OutputLayout,
): ModelDescription {
  const { model, training } = experiment;
  const embeddings = describeEmbeddings(inputs, model.embeddingWidth);
  const inputWidth = inputs.features.length + embeddings.reduce((sum, { width }) => sum + width, 0);
  const layers = describeLayers(model.layers, inputWidth);
  const head = describeHead(model.head, layers.at(-1)?.width ?? 0);
  const output: DenseDescription = {
    name: 'output',
    inputs: head.at(-1)?.units ?? layers.at(-1)?.width ?? 0,
    units: predictionWidth(training.loss, outputs),
    activation: 'linear',
    dropout: 0,
  };
  const parameters = [
    ...embeddings.map(embeddingTable),
    ...layers.flatMap(gruWeights),
    ...(model.readout === 'attention'
      ? attentionWeights(layers.at(-1)?.width ?? 0, model.attentionSize)
      : []),
    ...[...head, output].flatMap(denseWeights),
  ];
  const description: ModelDescription = {
    inputs,
    outputs,
    embeddings,
    inputWidth,
    layers,
    readout: model.readout,
    attentionSize: model.attentionSize,
    head,
    output,
    parameters,
    parameterCount: parameters.reduce((sum, parameter) => sum + parameterSize(parameter), 0),
  };
  checkModel(description, experiment);
  return description;
}

/** Width of an embedding unless the experiment says otherwise: half the categories, at most 50. */
function embeddingWidth(entries: number): number {
  return Math.min(50, Math.ceil(entries / 2));
}

function describeEmbeddings(inputs: InputLayout, width: number | null): EmbeddingDescription[] {
  let column = inputs.features.length;
  return inputs.tokens.map(({ name, entries }, token) => {
    const embedding = {
      name: `embedding.${name}`,
      token,
      entries,
      width: width ?? embeddingWidth(entries),
      column,
    };
    column += embedding.width;
    return embedding;
  });
}

function describeLayers(configs: readonly GruLayer[], inputWidth: number): LayerDescription[] {
  let inputs = inputWidth;
  let stateColumn = 0;
  return configs.map((config, index) => {
    const name = `gru.${index}`;
    const directions = (config.bidirectional ? ['forward', 'reverse'] : ['forward']).map(
      (direction, position) => {
        const given = config.initialState.kind === 'given';
        const described = {
          name: `${name}.${direction}`,
          reverse: direction === 'reverse',
          column: position * config.units,
          stateColumn: given ? stateColumn : null,
        };
        if (given) stateColumn += config.units;
        return described;
      },
    );
    const width = config.units * directions.length;
    const layer = { name, config, inputs, units: config.units, width, directions };
    inputs = width;
    return layer;
  });
}

function describeHead(configs: Experiment['model']['head'], readoutWidth: number): DenseDescription[] {
  let inputs = readoutWidth;
  return configs.map(({ units, activation, dropout }, index) => {
    const layer = { name: `head.${index}`, inputs, units, activation, dropout };
    inputs = units;
    return layer;
  });
}

function embeddingTable({ name, entries, width }: EmbeddingDescription): ParameterDescription {
  return { name, kind: 'embedding', shape: [entries, width], layer: name, gates: 1, torchFan: width };
}

/** Weights of both directions; PyTorch counts 3H(I+H+2), Keras the same with `reset_after` and 3H(I+H+1) without. */
function gruWeights(layer: LayerDescription): ParameterDescription[] {
  const { config, inputs, units } = layer;
  const weight = (
    direction: string,
    name: string,
    kind: WeightKind,
    shape: number[],
  ): ParameterDescription => ({
    name: `${direction}.${name}`,
    kind,
    shape,
    layer: layer.name,
    gates: kind === 'kernel' || kind === 'recurrent' ? 3 : 1,
    torchFan: units,
  });
  return layer.directions.flatMap(({ name }) => [
    weight(name, 'kernel', 'kernel', [inputs, 3 * units]),
    weight(name, 'recurrent', 'recurrent', [units, 3 * units]),
    ...(config.bias ? [weight(name, 'bias', 'bias', [3 * units])] : []),
    ...(config.bias && config.resetMode === 'afterRecurrentBias'
      ? [weight(name, 'recurrentBias', 'recurrentBias', [3 * units])]
      : []),
    ...(config.layerNormalization ? [weight(name, 'gain', 'gain', [6 * units])] : []),
    ...(config.initialState.kind === 'trainable'
      ? [weight(name, 'initialState', 'initialState', [units])]
      : []),
  ]);
}

function attentionWeights(width: number, size: number): ParameterDescription[] {
  const weight = (name: string, kind: WeightKind, shape: number[], torchFan: number) => ({
    name: `attention.${name}`,
    kind,
    shape,
    layer: 'attention',
    gates: 1,
    torchFan,
  });
  return [
    weight('kernel', 'attention', [width, size], width),
    weight('bias', 'attentionBias', [size], width),
    weight('vector', 'attentionVector', [size], size),
  ];
}

function denseWeights({ name, inputs, units }: DenseDescription): ParameterDescription[] {
  const shared = { layer: name, gates: 1, torchFan: inputs };
  return [
    { name: `${name}.kernel`, kind: 'dense', shape: [inputs, units], ...shared },
    { name: `${name}.bias`, kind: 'denseBias', shape: [units], ...shared },
  ];
}
