import type { Experiment } from '../contract/experiment.ts';
import { inputNames } from '../data/input-names.ts';
import type { InputColumn, Preparation, Statistics, TargetColumn } from '../data/preparation.ts';
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
  const names = inputNames(input);
  switch (input.encoding) {
    case 'numeric':
    case 'lag':
    case 'rolling':
      return names.map((name) => `- ${name}: ${formula(input.statistics)}${shownAhead(input)}`);
    case 'binary':
      return names.map((name) => `- ${name}: ${binary(input.texts)}${shownAhead(input)}`);
    case 'missing':
      return names.map((name) => `- ${name}: 1 where "${input.column}" holds nothing, else 0`);
    case 'oneHot':
      return names.map(
        (name, i) =>
          `- ${name}: 1 where "${input.column}" is "${input.categories[i] ?? ''}", else 0${shownAhead(input)}`,
      );
    case 'calendar':
      return names.map((name) => `- ${name}: of the time, values counted from 0`);
    case 'hash':
    case 'embedding':
      return [];
  }
}

/** Of a column that is known ahead. */
function shownAhead(input: InputColumn): string {
  const ahead = 'ahead' in input ? input.ahead : 0;
  return ahead === 0 ? '' : `, of the row ${ahead} later`;
}

function describeToken(input: InputColumn): string[] {
  if (input.encoding === 'hash') {
    return [
      `- ${input.column}: 0 missing, else 1 + hash modulo ${input.buckets} (FNV-1a over UTF-16, MurmurHash3 finalizer)`,
    ];
  }
  if (input.encoding !== 'embedding') return [];
  const entries = input.categories.slice(0, 12).map((category, index) => `${index + 1} "${category}"`);
  const rest = input.categories.length > 12 ? ', ... (all in the JSON file)' : '';
  return [`- ${input.column}: 0 unknown, ${entries.join(', ')}${rest}`];
}

function formula({ global, series, clip, power, difference }: Statistics): string {
  const { offset, scale } = global;
  const steps = [
    ...(clip === null ? [] : [`moved to between ${clip[0]} and ${clip[1]}`]),
    ...(power === null ? [] : [`x = ${powerFormula(power)}`]),
    ...(difference === 0 ? [] : [`the change since ${difference} rows before`]),
    offset === 0 && scale === 1 ? 'as it is' : `(value - ${offset}) / ${scale}`,
  ];
  const text = steps.join(', then ');
  return series === null ? text : `${text}, with the numbers of its own series where the JSON file has them`;
}

function powerFormula(power: NonNullable<Statistics['power']>): string {
  const shifted = power.offset === 0 ? 'value' : `value + ${power.offset}`;
  if (power.kind === 'log') return `log(${shifted})`;
  return power.lambda === 0 ? `log(${shifted})` : `((${shifted})^${power.lambda} - 1) / ${power.lambda}`;
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
  const { power, difference } = statistics;
  const text = [
    offset === 0 && scale === 1 ? 'as it is' : `value = output * ${scale} + ${offset}`,
    ...(difference === 0
      ? []
      : [`plus what was known at the nearest multiple of ${difference} rows before the predicted row`]),
    ...(power === null ? [] : [`then the inverse of ${powerFormula(power)}`]),
  ].join(', ');
  return statistics.series === null
    ? text
    : `${text}, with the numbers of its own series where the JSON file has them`;
}
