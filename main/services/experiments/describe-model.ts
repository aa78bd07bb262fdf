import type { Backend } from '../../../engine/backends/backend.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { ModelView } from '../../../engine/contract/rpc/experiments.ts';
import { describeModel } from '../../../engine/model/describe.ts';
import { type ModelDescription, parameterSize } from '../../../engine/model/description.ts';
import { buildPlan } from '../../../engine/plan/build.ts';
import type { BuiltPlan } from '../../../engine/plan/built.ts';
import { estimateMemory } from '../../../engine/plan/memory.ts';
import { stepsPerEpoch } from '../../../engine/train/order.ts';
import type { Prepared } from '../datasets/prepared-view.ts';

type LayerView = ModelView['layers'][number];

/** A model planned for its data: what its cost is told from. */
export interface PlannedModel {
  readonly model: ModelDescription;
  readonly built: BuiltPlan;
  readonly stepsPerEpoch: number;
  readonly longest: number;
}

/** Throws `config/impossible` where the parts do not fit together. */
export function planModel(experiment: Experiment, { data }: Prepared): PlannedModel {
  const model = describeModel(experiment, data.inputs, data.outputs);
  const longest = Math.max(1, data.train.longest, data.validation.longest, data.test.longest);
  const built = buildPlan(
    model,
    experiment,
    { timesteps: longest, batch: experiment.training.batchSize },
    { masked: false, balancedClassWeights: data.balancedClassWeights, training: true },
  );
  return { model, built, longest, stepsPerEpoch: stepsPerEpoch(data.train, experiment.training) };
}

/** Bytes that training takes beyond the process itself. */
export function memoryOf({ built }: PlannedModel, backend: Backend): number {
  const bytes = backend.info.precision === 'float64' ? 8 : 4;
  const memory = estimateMemory(built, backend.estimate(built.plan), bytes);
  const { parameter, optimizer, average } = memory.elements;
  return Math.round(memory.total + 2 * bytes * (parameter + optimizer + average));
}

/** The boxes of the drawing of a network, from the input to the loss. */
export function layerViews(experiment: Experiment, planned: PlannedModel): LayerView[] {
  const { model, longest } = planned;
  const { inputs, outputs, embeddings, layers, readout, head, output } = model;
  const sequence = (width: number) => `${longest} x B x ${width}`;
  const everyStep = outputs.rows === 'sequence';
  const rows = (width: number) => (everyStep ? sequence(width) : `B x ${width}`);
  const parametersOf = (layer: string) => parametersUnder(model, layer);
  const given = inputs.features.length + inputs.tokens.length;
  const views: LayerView[] = [
    {
      name: 'input',
      kind: 'input',
      detail: `${counted(given, 'column')}, ${counted(longest, 'timestep')}`,
      outputShape: sequence(given),
      parameters: 0,
    },
  ];
  for (const { name, entries, width } of embeddings) {
    const detail = `${counted(entries, 'entry', 'entries')} to ${width}`;
    views.push({
      name,
      kind: 'embedding',
      detail,
      outputShape: sequence(width),
      parameters: parametersOf(name),
    });
  }
  for (const { name, config, width } of layers) {
    const words = [
      counted(config.units, 'unit'),
      resetWords[config.resetMode],
      ...(config.bidirectional ? ['both directions'] : []),
      ...(config.layerNormalization ? ['layer normalization'] : []),
      ...(config.residual ? ['residual'] : []),
    ];
    views.push({
      name,
      kind: 'gru',
      detail: words.join(', '),
      outputShape: sequence(width),
      parameters: parametersOf(name),
    });
  }
  const width = layers.at(-1)?.width ?? 0;
  views.push({
    name: 'readout',
    kind: 'readout',
    detail: readoutWords[readout],
    outputShape: rows(width),
    parameters: parametersOf('attention'),
  });
  for (const { name, units, activation } of head) {
    views.push({
      name,
      kind: 'dense',
      detail: `${counted(units, 'unit')}, ${activation}`,
      outputShape: rows(units),
      parameters: parametersOf(name),
    });
  }
  views.push({
    name: output.name,
    kind: 'output',
    detail: targetWords(model),
    outputShape: rows(output.units),
    parameters: parametersOf(output.name),
  });
  views.push({
    name: 'loss',
    kind: 'loss',
    detail: experiment.training.loss.kind,
    outputShape: '1',
    parameters: 0,
  });
  return views;
}

/** Parameters of each part of the model. */
export function parametersByLayer(model: ModelDescription): ModelView['parametersByLayer'] {
  const names = [...new Set(model.parameters.map(({ layer }) => layer))];
  return names.map((layer) => ({ layer, parameters: parametersUnder(model, layer) }));
}

function parametersUnder(model: ModelDescription, layer: string): number {
  return model.parameters
    .filter((parameter) => parameter.layer === layer)
    .reduce((sum, parameter) => sum + parameterSize(parameter), 0);
}

const resetWords = {
  before: 'reset before',
  after: 'reset after',
  afterRecurrentBias: 'reset after, recurrent bias',
} as const;

const readoutWords = {
  last: 'last state',
  every: 'every step',
  mean: 'mean over time',
  max: 'maximum over time',
  attention: 'attention over time',
} as const;

function targetWords({ outputs }: ModelDescription): string {
  if (outputs.kind === 'labels') return counted(outputs.classes.length, 'class', 'classes');
  return counted(outputs.targets.length, 'target');
}

function counted(count: number, thing: string, things = `${thing}s`): string {
  return `${count} ${count === 1 ? thing : things}`;
}
