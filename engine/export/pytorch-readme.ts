import type { Experiment } from '../contract/experiment.ts';
import type { InputColumn, Normalizer, Preparation, TargetColumn } from '../data/preparation.ts';
import type { ModelDescription } from '../model/description.ts';

export interface ExportedFiles {
  readonly weights: string;
  readonly module: string;
  readonly sidecar: string;
}

/** What to do with the files of a PyTorch export, for this very model: how its inputs are made and outputs are read. */
export function torchReadme(
  experiment: Experiment,
  model: ModelDescription,
  preparation: Preparation,
  files: ExportedFiles,
): string {
  const name = files.module.replace(/\.py$/, '');
  return [
    `# ${experiment.name}: a GRU for PyTorch`,
    '',
    `- \`${files.weights}\`: the weights, under PyTorch's names, in its layout and gate order`,
    `- \`${files.module}\`: builds the module from \`torch.nn\` and loads them`,
    `- \`${files.sidecar}\`: configuration and preparation (columns, normalization, categories) as JSON`,
    '',
    '```python',
    'import torch',
    `from ${name} import load_model`,
    '',
    'model = load_model()',
    `features = torch.zeros(1, ${preparation.window}, ${model.inputs.features.length})  # sequences, steps, features`,
    ...(model.embeddings.length > 0
      ? [`tokens = torch.zeros(1, ${preparation.window}, ${model.embeddings.length}, dtype=torch.long)`]
      : []),
    ...(model.inputs.stateValues > 0 ? [`state = torch.zeros(1, ${model.inputs.stateValues})`] : []),
    'with torch.no_grad():',
    `    prediction = model(${callArguments(model)})  # [${model.outputs.rows === 'sequence' ? '1, steps' : '1'}, ${model.output.units}]`,
    '```',
    '',
    'Sequences of different length: pad them at the end and pass `lengths`, a tensor of their steps.',
    'Dropout takes no part in a finished model and is left out.',
    '',
    '## Features, in order',
    '',
    ...preparation.inputs.filter(({ encoding }) => encoding !== 'embedding').flatMap(describeInput),
    ...(model.embeddings.length > 0
      ? ['', '## Tokens, in order', '', ...preparation.inputs.flatMap(describeToken)]
      : []),
    '',
    '## Outputs, in order',
    '',
    ...describeOutputs(experiment, model, preparation),
    '',
  ].join('\n');
}

function callArguments(model: ModelDescription): string {
  const names = ['features'];
  if (model.embeddings.length > 0) names.push('tokens');
  if (model.inputs.stateValues > 0) names.push('state');
  return names.join(', ');
}

function describeInput(input: InputColumn): string[] {
  switch (input.encoding) {
    case 'numeric':
      return [`- ${input.column}: ${formula(input.statistics.global, input.statistics.series !== null)}`];
    case 'binary':
      return [`- ${input.column}: ${binary(input.texts)}`];
    case 'oneHot':
      return input.categories.map((category) => `- ${input.column}: 1 where it is "${category}", else 0`);
    case 'embedding':
      return [];
  }
}

function describeToken(input: InputColumn): string[] {
  if (input.encoding !== 'embedding') return [];
  const entries = input.categories.slice(0, 12).map((category, index) => `${index + 1} "${category}"`);
  const rest = input.categories.length > 12 ? ', ... (all in the JSON file)' : '';
  return [`- ${input.column}: 0 unknown, ${entries.join(', ')}${rest}`];
}

function formula({ offset, scale }: Normalizer, perSeries: boolean): string {
  const text = offset === 0 && scale === 1 ? 'as it is' : `(value - ${offset}) / ${scale}`;
  return perSeries ? `${text}, with the numbers of its own series where the JSON file has them` : text;
}

function binary(texts: readonly [string, string] | null): string {
  return texts === null ? '0 or 1' : `0 for "${texts[0]}", 1 for "${texts[1]}"`;
}

function describeOutputs(
  experiment: Experiment,
  model: ModelDescription,
  preparation: Preparation,
): string[] {
  const { outputs } = model;
  if (outputs.kind === 'labels') {
    return [`Logits of the classes ${outputs.classes.join(', ')}: \`softmax\` makes them probabilities.`];
  }
  if (outputs.kind === 'binary') {
    return [`Logits of ${outputs.targets.join(', ')}: \`sigmoid\` makes them probabilities.`];
  }
  const { loss } = experiment.training;
  const meaning = {
    pinball: 'For each target one output per quantile, in the order of `training.loss.quantiles`.',
    gaussian: 'For each target the mean, then the raw variance: variance = softplus(raw) + 1e-6.',
    poisson: 'Each output is the logarithm of the expected count.',
  };
  const shape = loss.kind in meaning ? [meaning[loss.kind as keyof typeof meaning], ''] : [];
  const scaled = preparation.targets.map((target) => `- ${target.column}: ${restoring(target)}`);
  return [`Targets: ${outputs.targets.join(', ')}.`, '', ...shape, ...scaled];
}

function restoring({ statistics }: TargetColumn): string {
  if (statistics === null) return 'as it is';
  const { offset, scale } = statistics.global;
  const text = offset === 0 && scale === 1 ? 'as it is' : `value = output * ${scale} + ${offset}`;
  return statistics.series === null
    ? text
    : `${text}, with the numbers of its own series where the JSON file has them`;
}
