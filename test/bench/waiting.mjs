/**
 * How much of a training step goes into waiting for its data: node test/bench/waiting.mjs [--backend native].
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

const { values: options } = parseArgs({
  options: { backend: { type: 'string', default: 'native' }, rounds: { type: 'string', default: '5' } },
});
const { module: ours } = await runnerImport(fileURLToPath(new URL('waiting.ts', import.meta.url)), {
  configFile: false,
  logLevel: 'error',
});

const shapes = [
  { columns: 1, units: 64, batch: 32, window: 24 },
  { columns: 30, units: 64, batch: 32, window: 24 },
  { columns: 30, units: 32, batch: 128, window: 48 },
  { columns: 16, units: 64, batch: 32, window: 100 },
  { columns: 30, units: 8, batch: 256, window: 48 },
];
console.log('columns, units, batch, window | ms a step | of it assembling | share');
for (const shape of shapes) {
  const results = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    results.push(await ours.measureWaiting(shape, options.backend));
  }
  // Other work on the machine only ever adds time.
  const best = results.reduce((a, b) => (a.stepMs <= b.stepMs ? a : b));
  const { columns, units, batch, window } = shape;
  console.log(
    [
      `${columns}, ${units}, ${batch}, ${window}`,
      best.stepMs.toFixed(3),
      best.fillMs.toFixed(3),
      `${((100 * best.fillMs) / best.stepMs).toFixed(1)} %`,
    ].join(' | '),
  );
}
