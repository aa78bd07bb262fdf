import { setImmediate } from 'node:timers/promises';
import type { Understanding } from '../../../engine/contract/rpc/runs.ts';
import type { SampleSet } from '../../../engine/data/prepared.ts';
import { evaluate } from '../../../engine/infer/evaluate.ts';
import { pass } from '../../../engine/infer/pass.ts';
import { naiveScales } from '../../../engine/train/baselines.ts';
import { histogramOf, quantile } from '../datasets/distribution.ts';
import { packFloats } from '../events/pack.ts';
import { ClassSummary } from './class-summary.ts';
import type { LoadedModel } from './model-service.ts';
import { SampleReader, type SampleResult, type SampleView } from './sample-views.ts';
import { ValueSeries } from './value-series.ts';

const worstShown = 20;
/** Share of the validation residuals that the band covers. */
const bandShare = 0.9;

/** Which prediction is looked at: one target, so many steps ahead (from 0). */
export interface Aspect {
  readonly target: number;
  readonly step: number;
}

/** How good a model is on a part of its data, and where it is wrong. */
export async function understand(model: LoadedModel, aspect: Aspect): Promise<Understanding> {
  const { set, data, runner } = model;
  const pause = async (): Promise<void> => {
    await setImmediate();
  };
  const metrics = await evaluate(runner, set, { scales: naiveScales(data), pause });
  const { outputs } = runner.built.model;
  const values = outputs.kind === 'values' ? new ValueSeries(model, set, aspect) : null;
  const classes = outputs.kind === 'values' ? null : new ClassSummary(outputs, aspect.target);
  const worst = await readPart(model, set, (reader, batch, predictions, lane, sample) => {
    values?.add(reader, batch, predictions, lane, sample);
    classes?.add(reader, batch, predictions, lane);
  });
  return {
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
    ),
    samples: set.count,
    values: values === null ? null : await valuesView(model, values, aspect),
    classes: classes?.result() ?? null,
    worst,
  };
}

type Visit = (
  reader: SampleReader,
  batch: Parameters<SampleReader['result']>[0],
  predictions: ArrayLike<number>,
  lane: number,
  sample: number,
) => void;

/** Runs a part through the model; resolves to its worst samples. */
async function readPart({ runner }: LoadedModel, set: SampleSet, visit: Visit): Promise<SampleView[]> {
  const { loss, model } = runner.built;
  const reader = new SampleReader(loss, model.outputs, set);
  const worst: { readonly result: SampleResult; readonly view: SampleView }[] = [];
  const pause = async (): Promise<void> => {
    await setImmediate();
  };
  for await (const { samples, batch, predictions } of pass(runner, set, { withLoss: false, pause })) {
    for (const [lane, sample] of samples.entries()) {
      visit(reader, batch, predictions, lane, sample);
      const result = reader.result(batch, predictions, lane, sample);
      const least = worst.at(-1)?.result.loss ?? Number.NEGATIVE_INFINITY;
      if (result.loss === null || (worst.length >= worstShown && result.loss <= least)) continue;
      worst.push({ result, view: reader.view(batch, predictions, result) });
      worst.sort((a, b) => (b.result.loss ?? 0) - (a.result.loss ?? 0));
      worst.length = Math.min(worst.length, worstShown);
    }
  }
  return worst.map(({ view }) => view);
}

async function valuesView(
  model: LoadedModel,
  series: ValueSeries,
  aspect: Aspect,
): Promise<NonNullable<Understanding['values']>> {
  const residuals = Float64Array.from(series.residuals).filter(Number.isFinite).sort();
  return {
    target: series.name,
    step: aspect.step,
    unit: null,
    times: series.times,
    truth: packFloats(series.truth),
    prediction: packFloats(series.prediction),
    lower: series.lower === null ? null : packFloats(series.lower),
    upper: series.upper === null ? null : packFloats(series.upper),
    residualBand: await residualBand(model, aspect),
    residualHistogram: residuals.length === 0 ? { edges: [0, 0], counts: [0] } : histogramOf(residuals),
  };
}

/** The error that nine of ten validation predictions stay below. */
async function residualBand(model: LoadedModel, aspect: Aspect): Promise<number | null> {
  const { validation } = model.data;
  if (validation.count === 0) return null;
  const series = new ValueSeries(model, validation, aspect);
  await readPart(model, validation, (reader, batch, predictions, lane, sample) => {
    series.add(reader, batch, predictions, lane, sample);
  });
  const errors = Float64Array.from(series.residuals, Math.abs).filter(Number.isFinite).sort();
  return errors.length === 0 ? null : quantile(errors, bandShare);
}
