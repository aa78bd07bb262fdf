import type { SampleList } from './cut-samples.ts';
import { normalizerOf } from './encode.ts';
import { powerSlope, undoPower } from './power.ts';
import type { Normalizer, Statistics } from './preparation.ts';
import type { TargetRestorer } from './prepared.ts';
import type { SampleSource } from './sample-source.ts';

const identity: Normalizer = { offset: 0, scale: 1 };

/** Restores targets, and makes those that are changes over more than one step. */
export interface ChangeRestorer extends TargetRestorer {
  seen(sample: number, target: number, timestep: number): number;
  /**
   * Overwrites targets of columns that are predicted as changes with the change since the last row that is known at
   * `timestep`, where that is further back than the difference of the rows: [steps, columns] from `at`.
   */
  write(sample: number, timestep: number, steps: number, targets: Float32Array, at: number): void;
}

/**
 * A target s steps after the last input row, of a column that is predicted as the change over k rows, is the change
 * since the nearest row at a multiple of k rows before it that the inputs reach: so that a prediction restores without
 * the predictions between.
 */
export function changeRestorer(source: SampleSource, list: SampleList): ChangeRestorer {
  const { targetColumns, ordered, targets, experiment } = source;
  const columns = Math.max(1, targetColumns.length);
  const pace = experiment.data.samplingRate;
  const forecast = experiment.task === 'forecast';
  const table = ordered.series.map(({ name }) =>
    targetColumns.map(({ statistics }) => (statistics === null ? identity : normalizerOf(statistics, name))),
  );
  const changing = targetColumns.some(({ statistics }) => (statistics?.difference ?? 0) > 0);
  const normalizer = (sample: number, target: number): Normalizer =>
    table[list.series[sample] as number]?.[target % columns] ?? identity;
  const statistics = (target: number): Statistics | null =>
    targetColumns[target % columns]?.statistics ?? null;
  const rowAt = (sample: number, timestep: number): number =>
    (list.starts[sample] as number) + timestep * pace;
  const lastSeen = (sample: number, timestep: number): number =>
    rowAt(sample, forecast ? (list.lengths[sample] as number) - 1 : timestep);
  /** The level that the change of a target is added to. */
  const base = (sample: number, target: number, timestep: number): number => {
    const levels = targets.levels[target % columns];
    const difference = statistics(target)?.difference ?? 0;
    if (levels === null || levels === undefined || difference === 0) return 0;
    const last = lastSeen(sample, timestep);
    const ahead = (Math.floor(target / columns) + 1) * pace;
    return levels[last + ahead - difference * Math.ceil(ahead / difference)] as number;
  };
  const transformed = (sample: number, target: number, normalized: number, timestep: number): number => {
    const { offset, scale } = normalizer(sample, target);
    return normalized * scale + offset + base(sample, target, timestep);
  };
  return {
    value: (sample, target, normalized, timestep = 0) =>
      undoPower(statistics(target)?.power ?? null, transformed(sample, target, normalized, timestep)),
    scale: (sample, target, normalized = 0, timestep = 0) => {
      const { scale } = normalizer(sample, target);
      const power = statistics(target)?.power ?? null;
      return power === null
        ? scale
        : scale * powerSlope(power, transformed(sample, target, normalized, timestep));
    },
    seen: (sample, target, timestep) => {
      const row = rowAt(sample, timestep);
      const power = statistics(target)?.power ?? null;
      const levels = targets.levels[target % columns];
      if (levels !== null && levels !== undefined) return undoPower(power, levels[row] as number);
      const { offset, scale } = normalizer(sample, target);
      const cell = targets.values.slice(row, 1)[target % columns] as number;
      return undoPower(power, cell * scale + offset);
    },
    write: (sample, timestep, steps, values, at) => {
      if (!changing) return;
      for (let step = 0; step < steps; step++) {
        for (let column = 0; column < columns; column++) {
          const levels = targets.levels[column];
          const target = step * columns + column;
          const row = lastSeen(sample, timestep) + (step + 1) * pace;
          if (levels === null || levels === undefined || row >= (list.limits[sample] as number)) continue;
          const { offset, scale } = normalizer(sample, column);
          const change = (levels[row] as number) - base(sample, target, timestep);
          const value = (change - offset) / scale;
          values[at + target] = Number.isNaN(value) ? 0 : value;
        }
      }
    },
  };
}
