import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/base/rng.ts';
import { loadNative } from '../support/backends.ts';

/** The kernels' matrix product on every instruction set, against float64 loops, at sizes around every block edge. */
const binding = loadNative();

const sizes = [
  [0, 3, 2],
  [1, 1, 1],
  [2, 3, 0],
  [3, 5, 7],
  [4, 24, 16],
  [5, 25, 33],
  [7, 8, 255],
  [8, 9, 256],
  [9, 47, 257],
  [96, 48, 31],
  [97, 49, 513],
  [130, 72, 300],
] as const;

if (typeof binding === 'string') {
  it.skip(`native product: ${binding}`, () => {});
} else {
  for (const [set, name] of binding.instructionSets.entries()) {
    describe(`product on ${name}`, () => {
      for (const [m, n, k] of sizes) {
        for (const transposed of [false, true]) {
          for (const accumulate of [false, true]) {
            it(`${m} x ${n} x ${k}${transposed ? ', transposed' : ''}${accumulate ? ', added' : ''}`, () => {
              const a = random(m * k, 1);
              const b = random(k * n, 2);
              const c = new Float32Array(m * n + 8).fill(0.5);
              binding.product(set, m, n, k, a, transposed, b, c.subarray(0, m * n), accumulate);
              let worst = 0;
              for (let i = 0; i < m; i++) {
                for (let j = 0; j < n; j++) {
                  let sum = accumulate ? 0.5 : 0;
                  for (let l = 0; l < k; l++) {
                    sum += (a[transposed ? l * m + i : i * k + l] as number) * (b[l * n + j] as number);
                  }
                  const error = Math.abs((c[i * n + j] as number) - sum);
                  if (!(error <= worst)) worst = error;
                }
              }
              expect(worst).toBeLessThanOrEqual(1e-6 * Math.max(1, k));
              expect(Array.from(c.subarray(m * n)), 'elements behind the result').toEqual(Array(8).fill(0.5));
            });
          }
        }
      }

      it('gives each row the same bits, however many rows are computed with it', () => {
        const [m, n, k] = [13, 29, 300];
        const a = random(m * k, 3);
        const b = random(k * n, 4);
        const all = new Float32Array(m * n);
        binding.product(set, m, n, k, a, false, b, all, false);
        for (let i = 0; i < m; i++) {
          const row = new Float32Array(n);
          binding.product(set, 1, n, k, a.subarray(i * k, (i + 1) * k), false, b, row, false);
          expect(row).toEqual(all.subarray(i * n, (i + 1) * n));
        }
      });
    });
  }
}

function random(count: number, stream: number): Float32Array {
  const numbers = new RandomStream(7, stream);
  return Float32Array.from({ length: count }, () => numbers.nextFloat() * 2 - 1);
}
