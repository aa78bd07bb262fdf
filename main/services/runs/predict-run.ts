import { resolve } from 'node:path';
import { type PreparedInputs, prepareInputs } from '../../../engine/data/prepare.ts';
import type { PreparedData, SampleSet } from '../../../engine/data/prepared.ts';
import { forecast } from '../../../engine/infer/forecast.ts';
import { predict, predictionNames, type SamplePrediction } from '../../../engine/infer/predict.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import { joinPath, writeAtomically } from '../../../engine/store/file-system.ts';
import { readTable } from '../../platform/tables/read-table.ts';
import type { ServiceHost } from '../host.ts';
import { assembleRun, type BackendWish } from './assemble.ts';
import { definedWish } from './evaluate-run.ts';
import { loadWeights, newestFinishedRun, openRun, type StoredRun } from './open-run.ts';

export interface PredictOptions {
  readonly folder: string;
  /** The newest finished run, by default. */
  readonly run?: string;
  /** A file with the columns that the model was trained on; targets may be absent. */
  readonly input: string;
  /** The CSV file to write. */
  readonly output: string;
  /** Forecast so many steps beyond the end of every series, the model reading its own predictions. */
  readonly steps?: number;
  readonly backend?: BackendWish['name'];
  readonly threads?: number;
}

export interface PredictResult {
  readonly run: string;
  /** Which weights predicted, for a person. */
  readonly source: string;
  readonly output: string;
  /** Lines written, without the header. */
  readonly rows: number;
  /** What a person should know about the input. */
  readonly warnings: readonly string[];
}

/**
 * Predicts on a file and writes a CSV: one line a sample, or one a row of the input where the model predicts at every
 * step. With `steps`, one line for each step beyond the end of each series. Values are in the units of the file. The
 * output appears complete or not at all.
 */
export async function predictRun(host: ServiceHost, options: PredictOptions): Promise<PredictResult> {
  const { folder } = options;
  const run = await openRun(host, folder, options.run ?? (await newestFinishedRun(host, folder)));
  const { weights, source } = await loadWeights(host, run);
  const table = await readTable(options.input, {
    columns: run.preparation.columns,
    source: run.experiment.data.source,
    sql: run.experiment.data.sql,
  });
  const inputs = prepareInputs(run.experiment, table, run.preparation);
  const wish = { ...run.experiment.backend, ...definedWish(options) };
  const assembled = await assembleRun(host, { ...run, data: asData(inputs) }, wish, false);
  try {
    const { built, executable, backend } = assembled;
    const runner = new Runner(built, executable, backend.info.precision);
    runner.writeParameters(weights);
    const { steps } = options;
    const lines: string[] = [];
    const written =
      steps === undefined
        ? predictedLines(host, run, inputs, runner)
        : forecastLines(host, run, inputs, runner, steps);
    for await (const line of written) lines.push(line);
    const output = resolve(options.output);
    await writeAtomically(host.store.files, joinPath(output), new TextEncoder().encode(lines.join('')));
    const { warnings } = inputs;
    return { run: run.record.id, source, output, rows: lines.length - 1, warnings };
  } finally {
    assembled.dispose();
  }
}

/** Samples to predict on in the place of a test part, so that a model is assembled for them as for an evaluation. */
function asData({ inputs, outputs, samples }: PreparedInputs): PreparedData {
  const nothing: SampleSet = {
    count: 0,
    longest: 0,
    length: () => 0,
    fill: () => undefined,
    restore: samples.restore,
    origin: (sample) => samples.origin(sample),
    streams: [],
  };
  const balancedClassWeights = outputs.kind === 'labels' ? outputs.classes.map(() => 1) : null;
  return { inputs, outputs, train: nothing, validation: nothing, test: samples, balancedClassWeights };
}

async function* predictedLines(
  host: ServiceHost,
  run: StoredRun,
  inputs: PreparedInputs,
  runner: Runner,
): AsyncGenerator<string> {
  yield csvLine(header(run, predictionNames(runner)));
  for await (const prediction of predict(runner, inputs.samples, { pause: host.pause })) {
    yield* predictionLines(run, inputs, prediction);
  }
}

/** The closed loop, from the last sample of every series. */
async function* forecastLines(
  host: ServiceHost,
  { preparation }: StoredRun,
  { samples, closedLoop }: PreparedInputs,
  runner: Runner,
  steps: number,
): AsyncGenerator<string> {
  const columns = preparation.targets.map(({ column }) => column);
  yield csvLine(['series', 'step', ...columns]);
  const last = new Map<string, number>();
  for (let sample = 0; sample < samples.count; sample++) last.set(samples.origin(sample).series, sample);
  const wanted = new Set(last.values());
  const options = { loop: closedLoop(), steps, pause: host.pause };
  for await (const { sample, values } of forecast(runner, samples, options)) {
    if (!wanted.has(sample)) continue;
    for (let step = 0; step < steps; step++) {
      const row = values.subarray(step * columns.length, (step + 1) * columns.length);
      yield csvLine([samples.origin(sample).series, String(step + 1), ...Array.from(row, String)]);
    }
  }
}

function header({ model }: StoredRun, names: readonly string[]): string[] {
  const place =
    model.outputs.rows === 'sequence' ? ['series', 'row'] : ['series', 'first row', 'last row', 'time'];
  return [...place, ...(model.outputs.kind === 'labels' ? ['prediction'] : []), ...names];
}

function* predictionLines(
  run: StoredRun,
  inputs: PreparedInputs,
  prediction: SamplePrediction,
): Generator<string> {
  const { sample, origin, steps, values, labels } = prediction;
  const columns = values.length / steps;
  for (let step = 0; step < steps; step++) {
    const row = Array.from(values.subarray(step * columns, (step + 1) * columns), String);
    const label = labels[step];
    const place =
      run.model.outputs.rows === 'sequence'
        ? [origin.series, String(inputs.rowAt(sample, step))]
        : [origin.series, String(origin.firstRow), String(origin.lastRow), origin.time ?? ''];
    yield csvLine([...place, ...(label === undefined ? [] : [label]), ...row]);
  }
}

/** RFC 4180: quotes around what holds a comma, a quote or a line break. */
function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(',')}\n`;
}
