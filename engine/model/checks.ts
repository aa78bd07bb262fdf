import { WorkbenchError } from '../base/errors.ts';
import type { Experiment } from '../contract/experiment.ts';
import { isUnder, type LayerDescription, type ModelDescription } from './description.ts';
import { resolveLoss } from './loss.ts';

/**
 * Refuses combinations that each key allows but that do not fit together.
 * @throws config/impossible with the key in `where`.
 */
export function checkModel(model: ModelDescription, experiment: Experiment): void {
  const { training } = experiment;
  checkInputs(model);
  model.layers.forEach((layer, index) => {
    checkLayer(layer, `model.layers.${index}`, experiment);
  });
  checkStateColumns(model);
  checkReadout(model);
  checkOutputs(model, experiment);
  checkFrozen(model, training.frozen);
  for (const key of ['regularizers', 'constraints', 'learningRateMultipliers'] as const) {
    checkKinds(model, Object.keys(training[key]), `training.${key}`);
  }
}

function impossible(message: string, where: string, hint: string): WorkbenchError {
  return new WorkbenchError('config/impossible', message, { where, hint });
}

function checkInputs(model: ModelDescription): void {
  if (model.inputWidth === 0) {
    throw impossible(
      'The model has no input: no column is a feature',
      'data.columns',
      'Give at least one column the role "feature" or "featureAndTarget".',
    );
  }
}

function checkLayer(layer: LayerDescription, key: string, { task, training }: Experiment): void {
  const { config } = layer;
  const { stateful } = training;
  if (config.residual && layer.inputs !== layer.width) {
    throw impossible(
      `A residual connection adds an input of width ${layer.inputs} to an output of width ${layer.width}`,
      `${key}.residual`,
      `Set ${key}.units so that units times directions is ${layer.inputs}, or turn the connection off.`,
    );
  }
  if (config.initialState.kind === 'given' && config.initialState.columns.length !== layer.width) {
    throw impossible(
      `The initial state has ${layer.width} values, but ${config.initialState.columns.length} columns are given`,
      `${key}.initialState.columns`,
      `Name ${layer.width} columns: one for each unit and direction.`,
    );
  }
  if (task === 'next' && config.bidirectional) {
    throw impossible(
      'A bidirectional layer also reads backward, so it would see the next step that it is to predict',
      `${key}.bidirectional`,
      `Set ${key}.bidirectional to false.`,
    );
  }
  if (stateful && config.bidirectional) {
    throw impossible(
      'A stateful run carries the state forward in time, but a bidirectional layer also reads backward',
      `${key}.bidirectional`,
      `Set ${key}.bidirectional or training.stateful to false.`,
    );
  }
  if (stateful && config.initialState.kind !== 'zeros') {
    throw impossible(
      'A stateful run starts each window from the state of the one before it, and a stream from zeros',
      `${key}.initialState`,
      `Set ${key}.initialState to {"kind":"zeros"} or training.stateful to false.`,
    );
  }
}

function checkStateColumns(model: ModelDescription): void {
  const expected = model.layers
    .filter(({ config }) => config.initialState.kind === 'given')
    .reduce((sum, { width }) => sum + width, 0);
  if (expected !== model.inputs.stateValues) {
    throw impossible(
      `The layers need ${expected} values of initial state, but the data gives ${model.inputs.stateValues}`,
      'model.layers',
      'Prepare the data again with the same layers.',
    );
  }
}

function checkReadout(model: ModelDescription): void {
  const { readout, outputs } = model;
  if (outputs.rows === 'sequence' && readout !== 'every') {
    throw impossible(
      `There is a target at every step, but the read-out "${readout}" gives one prediction for a sequence`,
      'model.readout',
      'Set model.readout to "every".',
    );
  }
  if (outputs.rows === 'batch' && readout === 'every') {
    throw impossible(
      'There is one target for a sequence, but the read-out "every" gives a prediction at every step',
      'model.readout',
      'Set model.readout to "last", "mean", "max" or "attention".',
    );
  }
}

function checkOutputs(model: ModelDescription, experiment: Experiment): void {
  const { outputs } = model;
  if (outputs.kind === 'labels' && outputs.classes.length < 2) {
    throw impossible(
      `The label column has ${outputs.classes.length} class, so there is nothing to tell apart`,
      'data.columns',
      'Choose a target with at least two classes in the training part.',
    );
  }
  // Balanced weights are numbers only once the data is counted; the layout alone decides whether the loss fits.
  resolveLoss(
    experiment.training.loss,
    outputs,
    outputs.classes.map(() => 1),
  );
}

function checkFrozen(model: ModelDescription, frozen: readonly string[]): void {
  frozen.forEach((path, index) => {
    if (!model.parameters.some(({ name }) => isUnder(name, path))) {
      throw impossible(
        `No weight is called "${path}" or lies under it`,
        `training.frozen.${index}`,
        `The parts of this model are ${layerNames(model).join(', ')}.`,
      );
    }
  });
}

function layerNames(model: ModelDescription): string[] {
  return [...new Set(model.parameters.map(({ layer }) => layer))];
}

function checkKinds(model: ModelDescription, kinds: readonly string[], key: string): void {
  const present = new Set<string>(model.parameters.map(({ kind }) => kind));
  for (const kind of kinds) {
    if (!present.has(kind)) {
      throw impossible(
        `The model has no weight of the kind "${kind}"`,
        `${key}.${kind}`,
        `The kinds in this model are ${[...present].join(', ')}.`,
      );
    }
  }
}
