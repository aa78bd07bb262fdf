import { WorkbenchError } from '../base/errors.ts';
import { type Experiment, experimentSchema } from '../contract/experiment.ts';
import type { GruLayer, ModelConfig } from '../contract/model.ts';
import type { InputLayout, OutputLayout } from '../data/prepared.ts';
import { describeModel } from '../model/describe.ts';
import { type ModelDescription, parameterSize } from '../model/description.ts';
import type { ImportedGru, ImportedNetwork } from './network.ts';

/** A network that fits an experiment's data, with its weights by our names. */
export interface FittedModel {
  /** The experiment with the model of the file. */
  readonly experiment: Experiment;
  readonly model: ModelDescription;
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** What was taken from the experiment because the file does not say it, and the notes of the file. */
  readonly notes: readonly string[];
}

/**
 * Puts an imported network in the place of an experiment's model. What the file does not say (dropout, initializers,
 * activations and the read-out of a state dict) stays as the experiment has it.
 * @throws import/mismatch, naming both sizes, when the network does not fit the data's inputs and outputs.
 */
export function fitNetwork(
  network: ImportedNetwork,
  experiment: Experiment,
  inputs: InputLayout,
  outputs: OutputLayout,
): FittedModel {
  const notes = [...network.notes, ...outputNotes(network)];
  const origin = originalModel(network);
  const model = origin ?? modelConfig(network, experiment, notes);
  const changed: Experiment = experimentSchema.parse({ ...experiment, model });
  const description = describeModel(changed, inputs, outputs);
  requireWidths(network, description);
  const weights = weightsOf(network, description);
  for (const parameter of description.parameters) {
    const values = weights.get(parameter.name);
    const wanted = parameterSize(parameter);
    if (values?.length === wanted) continue;
    throw mismatch(
      `the weight ${parameter.name} has ${values?.length ?? 0} values where ${wanted} belong`,
      parameter.name,
    );
  }
  return { experiment: changed, model: description, weights, notes };
}

/** The model of the experiment that an export of this program carries; null for other files. */
function originalModel(network: ImportedNetwork): ModelConfig | null {
  const text = network.metadata.experiment;
  if (text === undefined) return null;
  try {
    const parsed = experimentSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.model : null;
  } catch {
    return null;
  }
}

function modelConfig(network: ImportedNetwork, experiment: Experiment, notes: string[]): ModelConfig {
  const { model } = experiment;
  const readout = network.readout ?? readoutFor(experiment);
  if (network.readout === null) {
    notes.push(`The file does not say what the dense layers read; "${readout}" follows from the task.`);
  }
  const [hidden, unknown] = [
    network.dense.slice(0, -1),
    network.dense.find(({ activation }) => activation === null),
  ];
  if (hidden.length > 0 && unknown !== undefined) {
    notes.push(
      'The file does not say the activations of its dense layers; those of the experiment are used.',
    );
  }
  return {
    ...model,
    embeddingWidth: commonWidth(network) ?? model.embeddingWidth,
    layers: network.layers.map((layer, index) => layerConfig(layer, model.layers[index])),
    readout,
    attentionSize: network.attention?.size ?? model.attentionSize,
    head: hidden.map(({ units, activation }, index) => ({
      units,
      activation: activation ?? model.head[index]?.activation ?? 'relu',
      dropout: model.head[index]?.dropout ?? 0,
    })),
  };
}

/** The width of all embeddings; null where they differ, or there are none. */
function commonWidth({ embeddings }: ImportedNetwork): number | null {
  const [first] = embeddings;
  return embeddings.every(({ width }) => width === first?.width) ? (first?.width ?? null) : null;
}

/** Activations at the end that a loss of ours contains; another one would change what the network computes. */
function outputNotes(network: ImportedNetwork): string[] {
  const activation = network.dense.at(-1)?.activation ?? 'linear';
  if (activation === 'linear') return [];
  if (activation === 'sigmoid') return ['The sigmoid at the end is left to the loss and to the prediction.'];
  throw mismatch(`it ends with the activation ${activation}, and outputs here are linear`, 'model.head');
}

function readoutFor(experiment: Experiment): ModelConfig['readout'] {
  if (experiment.task === 'tag' || experiment.task === 'next') return 'every';
  return experiment.model.readout === 'every' || experiment.model.readout === 'attention'
    ? 'last'
    : experiment.model.readout;
}

function layerConfig(layer: ImportedGru, own: GruLayer | undefined): GruLayer {
  const learned = layer.directions.some(({ initialState }) => initialState !== null);
  return {
    units: layer.units,
    bidirectional: layer.directions.length === 2,
    resetMode: layer.resetMode,
    gateActivation: layer.gateActivation,
    candidateActivation: layer.candidateActivation,
    bias: layer.bias,
    clip: layer.clip,
    initialState: { kind: learned ? 'trainable' : 'zeros' },
    inputDropout: own?.inputDropout ?? 0,
    recurrentDropout: own?.recurrentDropout ?? 0,
    outputDropout: own?.outputDropout ?? 0,
    zoneout: 0,
    layerNormalization: layer.directions.some(({ gain }) => gain !== null),
    residual: false,
  };
}

function requireWidths(network: ImportedNetwork, model: ModelDescription): void {
  if (network.embeddings.length !== model.embeddings.length) {
    throw mismatch(
      `it has ${network.embeddings.length} embeddings where the data has ${model.embeddings.length} embedded columns`,
      'data.columns',
    );
  }
  network.embeddings.forEach(({ name, entries, width }, index) => {
    const own = model.embeddings[index];
    if (own === undefined || (own.entries === entries && own.width === width)) return;
    throw mismatch(
      `its embedding "${name}" is ${entries} x ${width} where ${own.name} is ${own.entries} x ${own.width}`,
      'data.columns',
    );
  });
  network.layers.forEach(({ name, inputs }, index) => {
    const own = model.layers[index];
    if (own === undefined || own.inputs === inputs) return;
    throw mismatch(
      index === 0
        ? `it reads ${inputs} values at each step where the data has ${own.inputs}`
        : `its layer "${name}" reads ${inputs} values where ${own.inputs} come`,
      index === 0 ? 'data.columns' : `model.layers.${index}`,
    );
  });
  const output = network.dense.at(-1);
  if (output === undefined) throw mismatch('it has no output layer', 'model');
  if (output.units !== model.output.units) {
    throw mismatch(
      `it predicts ${output.units} values where the task needs ${model.output.units}`,
      'data.columns',
    );
  }
  if (network.dense.length !== model.head.length + 1) {
    throw mismatch(
      `it has ${network.dense.length} dense layers where ${model.head.length + 1} belong`,
      'model.head',
    );
  }
}

function weightsOf(network: ImportedNetwork, model: ModelDescription): Map<string, Float32Array> {
  const weights = new Map<string, Float32Array>();
  model.embeddings.forEach(({ name }, index) => {
    const embedding = network.embeddings[index];
    if (embedding !== undefined) weights.set(name, embedding.table);
  });
  model.layers.forEach(({ directions, config, units }, index) => {
    directions.forEach(({ name }, side) => {
      const direction = network.layers[index]?.directions[side];
      if (direction === undefined) return;
      weights.set(`${name}.kernel`, direction.kernel);
      weights.set(`${name}.recurrent`, direction.recurrent);
      if (config.bias) {
        weights.set(`${name}.bias`, direction.bias ?? new Float32Array(3 * units));
        if (config.resetMode === 'afterRecurrentBias') {
          weights.set(`${name}.recurrentBias`, direction.recurrentBias ?? new Float32Array(3 * units));
        }
      }
      if (config.layerNormalization && direction.gain !== null) weights.set(`${name}.gain`, direction.gain);
      if (config.initialState.kind === 'trainable') {
        weights.set(`${name}.initialState`, direction.initialState ?? new Float32Array(units));
      }
    });
  });
  if (network.attention !== null) {
    weights.set('attention.kernel', network.attention.kernel);
    weights.set('attention.bias', network.attention.bias);
    weights.set('attention.vector', network.attention.vector);
  }
  [...model.head, model.output].forEach(({ name }, index) => {
    const layer = network.dense[index];
    if (layer === undefined) return;
    weights.set(`${name}.kernel`, layer.kernel);
    weights.set(`${name}.bias`, layer.bias);
  });
  return weights;
}

function mismatch(what: string, where: string): WorkbenchError {
  return new WorkbenchError('import/mismatch', `The imported network does not fit this project: ${what}`, {
    where,
    hint: 'Choose the columns and the task that the network was trained for.',
  });
}
