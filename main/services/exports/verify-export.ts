import { join } from 'node:path';
import type { ExportFormatName } from '../../../engine/export/formats.ts';
import { featureNormalizers } from '../../../engine/export/normalizers.ts';
import { predictionReader } from '../../../engine/infer/point.ts';
import type { Loss } from '../../../engine/ops/loss.ts';
import { collectMetrics } from '../../../engine/infer/metrics/collect.ts';
import { pass } from '../../../engine/infer/pass.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import { prepareData } from '../../../engine/data/prepare.ts';
import type { Batch, PreparedData, SampleSet } from '../../../engine/data/prepared.ts';
import { openJavascript } from '../../platform/exports/javascript.ts';
import { openOnnx } from '../../platform/exports/onnx.ts';
import type { OpenedExport } from '../../platform/exports/opened.ts';
import type { ServiceHost } from '../host.ts';
import { assembleRun } from '../runs/assemble.ts';
import type { StoredRun, StoredWeights } from '../runs/open-run.ts';
import { tableOf } from '../runs/resume-run.ts';

export interface Verification {
  /** What opened the file: "onnxruntime-node 1.30.0". */
  readonly tool: string;
  /** Samples of the test part that were compared. */
  readonly samples: number;
  /** Largest absolute difference of an output to our own, in the units of the outputs of the model. */
  readonly largestDifference: number;
  /**
   * Metrics of these samples by our predictions and by the tool's, which is what reduced precision costs; empty where
   * the file computes in other units than the model.
   */
  readonly metrics: readonly { readonly name: string; readonly ours: number; readonly theirs: number }[];
}

/** What was written, and where. */
export interface Exported {
  readonly format: ExportFormatName;
  readonly folder: string;
  readonly stem: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Samples that are compared at most. */
const sampleLimit = 512;

/**
 * Opens what was exported in the tool it is for, and compares its outputs with ours on the test part of the run's data.
 * @returns null where no tool of this machine opens the format, or the test part is empty.
 */
export async function verifyExport(
  host: ServiceHost,
  folder: string,
  run: StoredRun,
  weights: StoredWeights['weights'],
  exported: Exported,
): Promise<Verification | null> {
  const opened = await openExport(run, weights, exported);
  if (opened === null) return null;
  try {
    const data = prepareData(run.experiment, await tableOf(folder, run), run.preparation);
    const test = firstSamples(data.test, sampleLimit);
    if (test.count === 0) return null;
    const processing = exported.options.processing === 'yes';
    const compared = await compare(host, run, weights, { ...data, test }, opened, processing);
    return { tool: opened.tool, samples: test.count, ...compared };
  } finally {
    await opened.close();
  }
}

async function openExport(
  { model }: StoredRun,
  weights: StoredWeights['weights'],
  { format, folder, stem }: Exported,
): Promise<OpenedExport | null> {
  switch (format) {
    case 'onnx':
      return openOnnx(join(folder, `${stem}.onnx`), model, weights);
    case 'js':
      return openJavascript(join(folder, `${stem}.mjs`), model);
    default:
      return null;
  }
}

async function compare(
  host: ServiceHost,
  run: StoredRun,
  weights: StoredWeights['weights'],
  data: PreparedData,
  opened: OpenedExport,
  processing: boolean,
): Promise<Pick<Verification, 'largestDifference' | 'metrics'>> {
  const assembled = await assembleRun(host, { ...run, data }, run.experiment.backend, false);
  try {
    const { built, executable, backend } = assembled;
    const runner = new Runner(built, executable, backend.info.precision);
    runner.writeParameters(weights);
    const { columns, rows } = built.predictions;
    const outside = processing ? unitsOfTheFile(run, built.loss, data.test) : null;
    let largest = 0;
    const collect = () => collectMetrics(built.loss, run.model.outputs, null, true);
    const scores = { ours: collect(), theirs: collect() };
    const passed = pass(runner, data.test, { withLoss: false, pause: host.pause });
    for await (const { batch, predictions, samples } of passed) {
      const theirs = await opened.run(outside === null ? batch : outside.inputs(batch));
      const returned = predictions.slice();
      for (let sample = 0; sample < batch.batch; sample++) {
        const steps = rows === 'sequence' ? (batch.lengths[sample] as number) : 1;
        for (let step = 0; step < steps; step++) {
          const from = (step * batch.batch + sample) * columns;
          const row = predictions.subarray(from, from + columns);
          const ours = outside === null ? row : outside.outputs(samples[sample] as number, row);
          const theirRow = (rows === 'sequence' ? sample * batch.timesteps + step : sample) * columns;
          for (let column = 0; column < columns; column++) {
            const their = theirs[theirRow + column] as number;
            returned[from + column] = their;
            const difference = Math.abs((ours[column] as number) - their);
            // A result that is not a number is the largest difference there is.
            if (!(difference <= largest)) {
              largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
            }
          }
        }
      }
      scores.ours.add(data.test, samples, batch, predictions);
      scores.theirs.add(data.test, samples, batch, returned);
    }
    const theirs = scores.theirs.result();
    const metrics = Object.entries(scores.ours.result()).flatMap(([name, ours]) => {
      const their = theirs[name] ?? Number.NaN;
      return Number.isFinite(ours) && Number.isFinite(their) ? [{ name, ours, theirs: their }] : [];
    });
    return { largestDifference: largest, metrics: processing ? [] : metrics };
  } finally {
    assembled.dispose();
  }
}

/** Inputs before and predictions after what a file with processing inside does itself. */
function unitsOfTheFile({ preparation, model }: StoredRun, loss: Loss, set: SampleSet) {
  const normalizers = featureNormalizers(preparation);
  const reader = predictionReader(loss, model.outputs);
  return {
    inputs: (batch: Batch): Batch => ({
      ...batch,
      features: batch.features.map((value, index) => {
        const { offset, scale } = normalizers[index % normalizers.length] ?? { offset: 0, scale: 1 };
        return value * scale + offset;
      }),
    }),
    outputs: (sample: number, row: ArrayLike<number>): Float64Array => {
      const values = new Float64Array(row.length);
      reader.read(row, 0, values);
      reader.targets.forEach(({ target, kind }, column) => {
        const value = values[column] as number;
        if (kind === 'value') values[column] = set.restore.value(sample, target, value);
        if (kind === 'spread') values[column] = value * Math.abs(set.restore.scale(sample, target));
      });
      return values;
    },
  };
}

/** The first samples of a set. Each stands alone, also where training carries a state from one to the next. */
function firstSamples(set: SampleSet, limit: number): SampleSet {
  return {
    count: Math.min(set.count, limit),
    longest: set.longest,
    restore: set.restore,
    streams: null,
    length: (sample) => set.length(sample),
    fill: (samples, batch) => set.fill(samples, batch),
    origin: (sample) => set.origin(sample),
  };
}
