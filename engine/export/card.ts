import { describeModel } from './describe-text.ts';
import type { ExportSource } from './source.ts';

/**
 * A model card in Markdown (Mitchell et al. 2019, "Model Cards for Model Reporting"): what the model is, what it was
 * trained and measured on, what it is for, and how it is loaded. It says only what the run knows.
 */
export function modelCard(source: ExportSource): string {
  return [
    `# ${plain(source.experiment.name)}`,
    '',
    ...about(source),
    ...data(source),
    ...architecture(source),
    ...training(source),
    ...metrics(source),
    ...use(source),
    ...loading(source),
  ].join('\n');
}

function about({ model, experiment, program, run, record }: ExportSource): string[] {
  const task = {
    forecast: 'It forecasts values of a series from the steps before them.',
    classify: 'It gives one class to a whole sequence.',
    regress: 'It gives one value to a whole sequence.',
    tag: 'It gives a label or a value to every step of a sequence.',
    next: 'At every step of a sequence it predicts the next step.',
  }[experiment.task];
  return [
    `A gated recurrent network (GRU) of ${model.parameterCount.toLocaleString('en-US')} parameters. ${task}`,
    '',
    `- run: ${plain(run)}`,
    `- made with: GRU Workbench ${program}`,
    ...(record === null ? [] : [`- trained: ${record.created.slice(0, 10)}, seed ${record.seed}`]),
    '',
  ];
}

function data({ preparation, record, experiment }: ExportSource): string[] {
  if (preparation === null) return [];
  const parts = (['train', 'validation', 'test'] as const).map((name) => {
    const { rows, samples, series, from, to } = preparation.split[name];
    const span = from === null || to === null ? '' : `${from} to ${to}`;
    return `| ${name} | ${rows} | ${samples} | ${series} | ${span} |`;
  });
  const dropped = preparation.rows.dropped.map(
    ({ reason, count }) => `- ${count} rows left out: ${plain(reason)}`,
  );
  return [
    '## Data',
    '',
    ...(record === null
      ? []
      : [
          `File ${plain(record.dataset.source)}, ${record.dataset.rows} rows, SHA-256 \`${record.dataset.sha256}\`.`,
          '',
        ]),
    `Split: ${experiment.data.split.kind}. Normalization: ${experiment.data.normalize}, fitted on the training part.`,
    '',
    '| part | rows | samples | series | span |',
    '| --- | --- | --- | --- | --- |',
    ...parts,
    '',
    `Inputs: ${preparation.inputs.map(({ column, encoding }) => `${plain(column)} (${encoding})`).join(', ') || 'none'}.`,
    '',
    `Targets: ${preparation.targets.map(({ column }) => plain(column)).join(', ')}.`,
    ...(preparation.classes.length > 0 ? ['', `Classes: ${preparation.classes.map(plain).join(', ')}.`] : []),
    '',
    ...dropped,
    ...preparation.warnings.map((warning) => `- ${plain(warning)}`),
    ...(dropped.length + preparation.warnings.length > 0 ? [''] : []),
  ];
}

function architecture({ model }: ExportSource): string[] {
  return ['## Architecture', '', ...describeModel(model).map((line) => `- ${line}`), ''];
}

function training({ experiment, record }: ExportSource): string[] {
  const { optimizer, learningRate, schedule, batchSize, loss, clipping } = experiment.training;
  return [
    '## Training',
    '',
    `- loss: ${loss.kind}`,
    `- optimizer: ${optimizer.kind}, learning rate ${learningRate}, schedule ${schedule.kind}, batches of ${batchSize}`,
    `- clipping of gradients: ${clipping.kind}`,
    ...(record === null
      ? []
      : [
          `- ${record.step} updates in ${record.epoch} epochs, ${Math.round(record.seconds)} seconds`,
          ...(record.backend === null
            ? []
            : [`- computed by ${plain(record.backend.description)} in ${record.backend.precision}`]),
          ...(record.reason === null ? [] : [`- ended because of: ${plain(record.reason)}`]),
        ]),
    '',
  ];
}

function metrics({ record }: ExportSource): string[] {
  const known = Object.entries(record?.metrics ?? {});
  if (known.length === 0) return ['## Metrics', '', 'Not measured.', ''];
  return [
    '## Metrics',
    '',
    'In the units of the file; `naive` are predictions that need no model.',
    '',
    '| metric | value |',
    '| --- | --- |',
    ...known.map(
      ([name, value]) => `| ${name} | ${value === null ? 'not defined' : Number(value.toPrecision(5))} |`,
    ),
    '',
  ];
}

function use({ preparation, record }: ExportSource): string[] {
  const rows = preparation?.split.train.from;
  return [
    '## Intended use',
    '',
    'Sequences like those it was trained on: the same columns, in the same units, at the same distance in time.',
    '',
    `Not for data that differs from the training part${rows ? ` (${rows} to ${preparation.split.train.to})` : ''}, and not for decisions about people without a check of its errors for each group concerned${record === null ? '' : '; no such check was part of this run'}.`,
    '',
  ];
}

function loading({ run }: ExportSource): string[] {
  return [
    '## How to load',
    '',
    `Every export of \`gru export DIR ${plain(run)} --format FORMAT\` comes with the preparation of its inputs as JSON:`,
    '',
    '- onnx: `onnxruntime.InferenceSession("model.onnx")`',
    '- keras: `keras.saving.load_model("model.keras")`; as a SavedModel for TensorFlow: `keras.saving.load_model("model.keras").export("saved_model")`',
    '- pytorch: `from model import load_model; model = load_model()`',
    '- tfjs: `tf.loadLayersModel("model.json")`, after `registerGruLayers(tf)` where the folder has `gru-layers.mjs`',
    '- c: `#include "model.h"`; js: `import { predict } from "./model.mjs"`',
    '',
  ];
}

/** Text of a person on one line, with nothing that Markdown would read as markup of its own. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, (letter) => `\\${letter}`);
}
