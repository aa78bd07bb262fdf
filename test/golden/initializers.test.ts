import { describe, expect, it } from 'vitest';
import { initializerSchema } from '../../engine/contract/model.ts';
import { initialize } from '../../engine/model/initializers.ts';
import { readGolden } from './golden.ts';

interface GoldenInitializers {
  /** Of a dense kernel, [rows, columns]. */
  readonly shape: number[];
  readonly draws: number;
  readonly cases: { readonly name: string; readonly deviation: number; readonly largest: number }[];
}

const golden = readGolden<GoldenInitializers>('keras_initializers');

/**
 * Random numbers cannot be compared one by one, but 384 000 of them have a standard deviation known to 0.3 % and, where
 * the distribution is bounded, a largest value at its bound.
 */
describe('initializers draw from the distributions of Keras', () => {
  it.each(golden.cases)('$name', ({ name, deviation, largest }) => {
    const initializer = initializerSchema.parse({ kind: name });
    const parameter = {
      name: 'output.kernel',
      kind: 'dense',
      shape: golden.shape,
      layer: 'output',
      gates: 1,
      torchFan: golden.shape[0] ?? 0,
    } as const;
    let squares = 0;
    let count = 0;
    let extreme = 0;
    for (let seed = 0; seed < golden.draws; seed++) {
      for (const value of initialize(parameter, initializer, seed)) {
        squares += value * value;
        count += 1;
        extreme = Math.max(extreme, Math.abs(value));
      }
    }
    expect(Math.abs(Math.sqrt(squares / count) / deviation - 1)).toBeLessThan(0.005);
    // The largest of many normal numbers varies from one set to the next; a bound does not.
    expect(Math.abs(extreme / largest - 1)).toBeLessThan(name === 'normal' ? 0.2 : 0.001);
  });
});
