import type { InspectionView, Understanding } from '../../../engine/contract/rpc/runs.ts';
import { packFloat32 } from './pack.ts';
import { columnValues, rows } from './weather.ts';

const first = 1280;
const count = 150;

function dates(): string[] {
  return rows.slice(first, first + count).map(([date]) => (date ?? '').replaceAll('/', '-'));
}

/** Predictions near the truth, worse the further ahead. */
export function understand(step: number): Understanding {
  const truth = columnValues('temp_max').slice(first, first + count);
  const spread = 1.4 + 0.35 * step;
  const prediction = truth.map(
    (value, index) => value + spread * Math.sin(index * 0.9) * Math.cos(index * 0.23 + step),
  );
  const residuals = truth.map((value, index) => value - (prediction[index] ?? 0));
  const edges = Array.from({ length: 21 }, (_, index) => -5 + index / 2);
  const counts = edges
    .slice(1)
    .map((edge) => residuals.filter((value) => value < edge && value >= edge - 0.5).length);
  return {
    metrics: { rmse: spread * 0.53, mae: spread * 0.42, smape: 0.081, 'naive.last.rmse': 3.92 },
    samples: count,
    values: {
      target: 'temp_max',
      step,
      unit: null,
      times: dates(),
      truth: packFloat32(truth),
      prediction: packFloat32(prediction),
      lower: null,
      upper: null,
      residualBand: spread * 1.2,
      residualHistogram: { edges, counts },
    },
    classes: null,
    worst: Array.from({ length: 8 }, (_, index) => sample(index * 17, 4.1 - index * 0.3)),
  };
}

export function sample(index: number, loss: number | null) {
  return {
    sample: index,
    series: '',
    firstRow: first + index,
    lastRow: first + index + 27,
    time: dates()[index % count] ?? null,
    loss,
    truth: '14.2',
    prediction: '12.9',
  };
}

/** Gates that open and close with the weather. */
export function inspect(index: number): InspectionView {
  const timesteps = 28;
  const units = 64;
  const field = (shape: (t: number, unit: number) => number) =>
    packFloat32(
      Array.from({ length: timesteps * units }, (_, place) =>
        shape(Math.floor(place / units), place % units),
      ),
    );
  const wave = (t: number, unit: number) => Math.sin(t * (0.15 + 0.012 * unit) + unit * 0.7 + index);
  return {
    sample: sample(index, 0.31),
    timesteps,
    labels: dates().slice(0, timesteps),
    directions: [
      {
        name: 'gru.0.forward',
        units,
        reverse: false,
        update: field((t, unit) => 1 / (1 + Math.exp(-2.2 * wave(t, unit)))),
        reset: field((t, unit) => 1 / (1 + Math.exp(-3 * wave(t + 9, unit)))),
        candidate: field((t, unit) => Math.tanh(1.6 * wave(t + 3, unit))),
        state: field((t, unit) => 0.8 * wave(t + 1, unit) * (1 - Math.exp(-t / 6))),
        gradientNorms: packFloat32(
          Array.from({ length: timesteps }, (_, t) => 0.9 * 0.82 ** (timesteps - 1 - t)),
        ),
      },
    ],
    attention: null,
  };
}
