import { WorkbenchError } from '../base/errors.ts';
import { type Arrangement, readNumbers } from './arrange.ts';
import { calendarInputs } from './calendar.ts';
import type { SampleList } from './cut-samples.ts';
import { normalizerOf } from './encode.ts';
import type { EncodedRows } from './encoded-rows.ts';
import { inputNames } from './input-names.ts';
import { applyPower, undoPower } from './power.ts';
import type { InputColumn, Preparation, Statistics, TargetColumn } from './preparation.ts';
import { periodsOf } from './resample.ts';
import { findColumn } from './table.ts';

/** Makes further inputs of predictions, so that a model can read on behind the end of its data. */
export interface ClosedLoop {
  /** Values predicted for each step. */
  readonly columns: number;
  begin(sample: number): LoopSequence;
}

/** The end of one sample, growing. */
export interface LoopSequence {
  /**
   * Takes the predictions of the next steps and makes the rows of input behind them.
   * @param predicted [ahead, columns] in model space; probabilities of 0/1 targets, expected counts.
   * @returns features [ahead, F], and what is predicted, [ahead, columns], in the unit of the file.
   */
  next(predicted: ArrayLike<number>): { readonly features: Float32Array; readonly values: Float64Array };
}

/**
 * The closed loop of samples to predict on: what is predicted is normalized, differenced, lagged and rolled as the
 * inputs of the same columns are, the calendar goes on, and static columns stay.
 * @param features encoded inputs of all ordered rows.
 * @throws config/impossible for an input that is unknown in the future.
 */
export function createClosedLoop(
  arrangement: Arrangement,
  preparation: Preparation,
  list: SampleList,
  features: EncodedRows,
): ClosedLoop {
  requirePredicted(arrangement, preparation);
  const { ordered, table } = arrangement;
  const { targets } = preparation;
  const pace = arrangement.experiment.data.samplingRate;
  const known = targets.map(
    ({ column, texts, mean }) => readNumbers(arrangement, findColumn(table, column), texts, mean).values,
  );
  const timeAfter = clockOf(arrangement, preparation);
  return {
    columns: targets.length,
    begin: (sample) => {
      const number = list.series[sample] as number;
      const series = ordered.series[number]?.name ?? '';
      const last = (list.starts[sample] as number) + ((list.lengths[sample] as number) - 1) * pace;
      const columns = targets.map(
        (target, c) => new GrowingColumn(target, known[c] as Float64Array, last, series),
      );
      const ends = features.slice(last, 1).slice();
      let made = 0;
      return {
        next: (predicted) => {
          const ahead = predicted.length / columns.length;
          for (let step = 1; step <= ahead; step++) {
            columns.forEach((column, c) => {
              column.push(predicted[(step - 1) * columns.length + c] as number, step);
            });
          }
          const rows = new Float32Array(ahead * features.width);
          const values = new Float64Array(predicted.length);
          for (let step = 1; step <= ahead; step++) {
            const at = made + step;
            columns.forEach((column, c) => {
              values[(step - 1) * columns.length + c] = column.value(at);
            });
            const time = timeAfter === null ? Number.NaN : timeAfter(number, last, at);
            const row = rows.subarray((step - 1) * features.width, step * features.width);
            writeRow(row, preparation.inputs, { columns, ends, time, at, arrangement, series });
          }
          made += ahead;
          return { features: rows, values };
        },
      };
    },
  };
}

/** One predicted column: what is known up to a position, and what was predicted behind it. Steps count from 1. */
class GrowingColumn {
  readonly name: string;
  readonly #statistics: Statistics | null;
  readonly #series: string;
  readonly #known: Float64Array;
  readonly #last: number;
  readonly #values: number[] = [];
  /** Transformed, not clipped. */
  readonly #levels: number[] = [];
  /** Rows known or predicted when the predictions that are pushed were made. */
  #seen = 0;

  constructor({ column, statistics }: TargetColumn, known: Float64Array, last: number, series: string) {
    this.name = column;
    this.#statistics = statistics;
    this.#series = series;
    this.#known = known;
    this.#last = last;
  }

  /** In the unit of the file; 0 and before are known. */
  value(step: number): number {
    return step > 0 ? (this.#values[step - 1] as number) : (this.#known[this.#last + step] as number);
  }

  /** @param step of the prediction among those that are made together. */
  push(predicted: number, step: number): void {
    if (step === 1) this.#seen = this.#values.length;
    const statistics = this.#statistics;
    if (statistics === null) {
      this.#values.push(predicted);
      return;
    }
    const { power, difference } = statistics;
    const { offset, scale } = normalizerOf(statistics, this.#series);
    const change = predicted * scale + offset;
    const from = this.#seen + step - difference * Math.ceil(step / difference);
    const base =
      difference === 0
        ? 0
        : from > 0
          ? (this.#levels[from - 1] as number)
          : applyPower(power, this.value(from));
    this.#levels.push(change + base);
    this.#values.push(undoPower(power, change + base));
  }

  /** As inputs see it: clipped and transformed. */
  level({ clip, power }: Statistics, step: number): number {
    const value = this.value(step);
    const clipped = clip === null ? value : Math.min(clip[1], Math.max(clip[0], value));
    // A predicted level survives where its value, rounded, is what the transform is not defined for.
    const kept = clipped === value && step > 0 ? this.#levels[step - 1] : undefined;
    return kept ?? applyPower(power, clipped);
  }
}

interface LoopRow {
  readonly columns: readonly GrowingColumn[];
  /** Features of the last known row. */
  readonly ends: Float32Array;
  readonly time: number;
  readonly at: number;
  readonly arrangement: Arrangement;
  readonly series: string;
}

function writeRow(row: Float32Array, inputs: readonly InputColumn[], state: LoopRow): void {
  let offset = 0;
  for (const input of inputs) {
    const width = inputNames(input).length;
    const column = state.columns.find(({ name }) => name === input.column);
    if (input.encoding === 'calendar') {
      const wall = Float64Array.of(state.arrangement.zone.wall(state.time));
      calendarInputs(input.part, input.form, wall).forEach((values, i) => {
        row[offset + i] = values[0] as number;
      });
    } else if (column === undefined) row.set(state.ends.subarray(offset, offset + width), offset);
    else if (input.encoding !== 'missing') row[offset] = loopInput(input, column, state);
    offset += width;
  }
}

function loopInput(input: InputColumn, column: GrowingColumn, { at, series }: LoopRow): number {
  if (input.encoding !== 'numeric' && input.encoding !== 'lag' && input.encoding !== 'rolling') {
    return Number(column.value(at) > 0.5);
  }
  const { statistics } = input;
  const { offset, scale } = normalizerOf(statistics, series);
  return (rawInput(input, column, at) - offset) / scale;
}

function rawInput(
  input: Extract<InputColumn, { encoding: 'numeric' | 'lag' | 'rolling' }>,
  column: GrowingColumn,
  at: number,
): number {
  const { statistics } = input;
  if (input.encoding === 'lag') return column.level(statistics, at - input.rows);
  if (input.encoding === 'numeric') {
    const { difference } = statistics;
    const level = column.level(statistics, at);
    return difference === 0 ? level : level - column.level(statistics, at - difference);
  }
  const levels = Array.from({ length: input.rows }, (_, back) => column.level(statistics, at - back));
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  if (input.statistic === 'mean') return mean;
  return Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length);
}

/** The time of the row so many timesteps behind a position; null where no input tells of the time. */
function clockOf(
  { experiment, table, ordered, zone }: Arrangement,
  { inputs }: Preparation,
): ((series: number, last: number, steps: number) => number) | null {
  const calendar = inputs.find(({ encoding }) => encoding === 'calendar');
  if (calendar === undefined) return null;
  const column = findColumn(table, calendar.column);
  if (column.type === 'text') return null;
  const at = (position: number): number => column.values[ordered.rows[position] as number] as number;
  const { resample, samplingRate } = experiment.data;
  if (resample !== null) {
    const periods = periodsOf(resample, zone);
    return (_, last, steps) => periods.start(periods.number(at(last)) + steps * samplingRate);
  }
  const usual = new Map<number, number>();
  return (series, last, steps) => {
    let distance = usual.get(series);
    if (distance === undefined) {
      const { start = 0, end = 0 } = ordered.series[series] ?? {};
      distance = usualDistance(at, Math.max(start, end - distancesCounted), end);
      usual.set(series, distance);
    }
    return at(last) + distance * steps * samplingRate;
  };
}

/** Rows at the end of a series that say how far apart times are. */
const distancesCounted = 1000;

function usualDistance(at: (position: number) => number, start: number, end: number): number {
  const counts = new Map<number, number>();
  for (let i = start + 1; i < end; i++) {
    const distance = at(i) - at(i - 1);
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return first?.[0] ?? 0;
}

function requirePredicted({ experiment }: Arrangement, { inputs, targets, outputKind }: Preparation): void {
  const predicted = new Set(targets.map(({ column }) => column));
  const fixed = new Set(
    experiment.data.columns.filter(({ known }) => known === 'static').map(({ name }) => name),
  );
  const unknown =
    outputKind === 'labels'
      ? inputs[0]
      : inputs.find(
          (input) =>
            input.encoding !== 'calendar' &&
            !fixed.has(input.column) &&
            (!predicted.has(input.column) || inputNames(input).length !== 1),
        );
  if (unknown !== undefined) {
    throw new WorkbenchError(
      'config/impossible',
      'A forecast beyond the data needs every input to be predicted too',
      {
        where: `data.columns: "${unknown.column}"`,
        hint: 'Give every input column the role "featureAndTarget", or forecast with a longer data.horizon.',
        data: { column: unknown.column },
      },
    );
  }
  const { samplingRate } = experiment.data;
  const looks = inputs.find(
    (input) =>
      input.encoding === 'lag' ||
      input.encoding === 'rolling' ||
      (input.encoding === 'numeric' && input.statistics.difference > 0),
  );
  if (samplingRate === 1 || looks === undefined) return;
  throw new WorkbenchError(
    'config/impossible',
    `The rows between timesteps are not predicted, and column "${looks.column}" looks back at them`,
    {
      where: 'data.samplingRate',
      hint: 'Set data.samplingRate to 1, or data.resample to a longer period.',
    },
  );
}
