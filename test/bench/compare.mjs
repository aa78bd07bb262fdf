// Our training step beside PyTorch's and JAX's, on the same threads, in turn: `npm run bench`.
//
//   node test/bench/compare.mjs [--threads 1,2] [--shapes 0,1,2,3,4] [--rounds 5] [--seconds 0.5]
//
// $PYTHON (default python3) is asked for torch and jax; a library that is not there is said to be missing. Each round
// takes every library once; medians and spreads are over all steps of all rounds.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '1,2' },
    shapes: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.5' },
  },
});
const python = process.env.PYTHON ?? 'python3';
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);

const { module: ours } = await runnerImport(fileURLToPath(new URL('ours.ts', import.meta.url)), {
  configFile: false,
  logLevel: 'error',
});
const shapes =
  options.shapes === '' ? ours.shapes : options.shapes.split(',').map((index) => ours.shapes[Number(index)]);

function quantile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
}

/** A Python process that times one library after the other, or the reason why there is none. */
function openPeers(threads) {
  const script = fileURLToPath(new URL('peers.py', import.meta.url));
  const child = spawn(python, [script, String(threads)], { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = [];
  const answer = (value) => waiting.shift()?.(value);
  createInterface({ input: child.stdout }).on('line', (line) => answer(JSON.parse(line)));
  const gone = () => {
    while (waiting.length > 0) answer({ missing: `${python} does not run` });
  };
  child.on('error', gone);
  child.on('close', gone);
  child.stdin.on('error', () => {});
  return {
    measure(library, shape) {
      return new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${JSON.stringify({ library, ...shape, seconds })}\n`);
        if (child.exitCode !== null) gone();
      });
    },
    close: () => child.stdin.end(),
  };
}

const percent = (value) => `${(value * 100).toFixed(0)} %`;

console.log(`${ours.processor()}; median ms a step (quartile spread), ${rounds} rounds of ${seconds} s each`);
console.log(
  'inputs,units,batch,steps | threads | ours | of peak | of roofline | PyTorch | ratio | JAX | ratio',
);
for (const threads of options.threads.split(',').map(Number)) {
  const peers = openPeers(threads);
  for (const shape of shapes) {
    const results = [];
    const times = { torch: [], jax: [] };
    const missing = {};
    for (let round = 0; round < rounds; round++) {
      results.push(await ours.measure(shape, threads, seconds));
      for (const library of ['torch', 'jax']) {
        if (missing[library] !== undefined) continue;
        const answer = await peers.measure(library, shape);
        if (answer.missing !== undefined) missing[library] = answer.missing;
        else times[library].push(...answer.ms);
      }
    }
    const median = (key) =>
      quantile(
        results.map((result) => result[key]),
        0.5,
      );
    const own = median('msPerStep');
    const peer = (library) => {
      if (missing[library] !== undefined) return `missing (${missing[library]}) | -`;
      const ms = quantile(times[library], 0.5);
      const spread = (quantile(times[library], 0.75) - quantile(times[library], 0.25)) / 2 / ms;
      return `${ms.toFixed(3)} (${percent(spread)}) | ${(ms / own).toFixed(2)}x`;
    };
    const name = `${shape.inputs},${shape.units},${shape.batch},${shape.timesteps}`;
    const mine = `${own.toFixed(3)} (${percent(median('spread'))})`;
    const fractions = `${percent(median('fractionOfPeak'))} | ${percent(median('fractionOfRoofline'))}`;
    console.log(`${name} | ${threads} | ${mine} | ${fractions} | ${peer('torch')} | ${peer('jax')}`);
  }
  peers.close();
}
