import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { InspectionView } from '../../../engine/contract/rpc/runs.ts';
import { cellText } from '../../../engine/data/table.ts';
import { inspect } from '../../../engine/infer/inspect.ts';
import { packFloats } from '../events/pack.ts';
import { someOf } from './list-samples.ts';
import type { LoadedModel } from './model-service.ts';
import { SampleReader } from './sample-views.ts';

/** Gates, states and gradients of one sample through time. */
export async function inspectRun(model: LoadedModel, sample: number): Promise<InspectionView> {
  const { set, runner } = model;
  if (sample >= set.count) {
    throw new WorkbenchError('usage/invalid', `There is no sample ${sample}`, {
      hint: set.count === 0 ? 'This part has no samples.' : `Choose one up to ${set.count - 1}.`,
    });
  }
  const inspection = await inspect(runner, set, sample);
  return {
    sample: await viewOf(model, sample),
    timesteps: inspection.timesteps,
    labels: Array.from({ length: inspection.timesteps }, (_, step) => labelAt(model, sample, step)),
    directions: inspection.directions.map(({ name, units, reverse, gates, state, gradientNorms }) => ({
      name,
      units,
      reverse,
      update: packFloats(gates.update),
      reset: packFloats(gates.reset),
      candidate: packFloats(gates.candidate),
      state: packFloats(state),
      gradientNorms: gradientNorms === null ? null : packFloats(gradientNorms),
    })),
    attention: inspection.attention === null ? null : packFloats(inspection.attention),
  };
}

async function viewOf({ set, runner }: LoadedModel, sample: number): Promise<InspectionView['sample']> {
  const { loss, model } = runner.built;
  const batch = runner.createBatch();
  someOf(set, [sample]).fill(Int32Array.of(0), batch);
  runner.writeBatch(batch);
  await runner.run('predict', batch);
  const predictions = await runner.readPredictions(batch);
  const reader = new SampleReader(loss, model.outputs, set);
  return reader.view(batch, predictions, reader.result(batch, predictions, 0, sample));
}

/** The time of a timestep where the data have one, or the row of the file. */
function labelAt({ set, table, experiment }: LoadedModel, sample: number, step: number): string {
  const row = set.rowAt?.(sample, step);
  if (row === undefined) return String(step + 1);
  if (row === 0) return '0';
  const name = experiment.data.columns.find(({ role }) => role === 'time')?.name;
  const time = table.columns.find((column) => column.name === name);
  return (time === undefined ? null : cellText(time, row - 1)) ?? String(row);
}
