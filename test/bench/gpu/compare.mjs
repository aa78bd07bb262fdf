// Ours and PyTorch's training step on one GPU, in turn: run by gpu.sh.
//
//   node compare.mjs --ours ours.mjs --peers peers.py [--results results.json] [--seconds 1] [--parity 120]
//                    [--limit 540] [--deep] [--software] [--device cuda] [--shapes I,H,B,T;I,H,B,T]
//
// Every finding is written to the results file at once, so that a run that is cut short leaves what it measured.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    ours: { type: 'string' },
    peers: { type: 'string' },
    results: { type: 'string', default: 'gpu-results.json' },
    seconds: { type: 'string', default: '1' },
    parity: { type: 'string', default: '120' },
    limit: { type: 'string', default: '540' },
    cases: { type: 'string', default: '' },
    shapes: { type: 'string', default: '' },
    device: { type: 'string', default: 'cuda' },
    deep: { type: 'boolean', default: false },
    software: { type: 'boolean', default: false },
  },
});
const began = performance.now();
const secondsLeft = () => Number(options.limit) - (performance.now() - began) / 1000;
const python = process.env.PYTHON ?? 'python3';
const results = {
  started: new Date().toISOString(),
  ours: null,
  peer: null,
  parity: [],
  shapes: [],
  notRun: [],
};
const save = () => writeFileSync(options.results, `${JSON.stringify(results, null, 2)}\n`);

/** One task of our side: the objects it printed, or what went wrong. */
function ours(seconds, ...words) {
  const run = spawnSync(
    process.execPath,
    [options.ours, ...words, ...(options.software ? ['--software'] : [])],
    { encoding: 'utf8', timeout: Math.max(5, seconds) * 1000, maxBuffer: 2 ** 26 },
  );
  const objects = (text, before = '') =>
    (text ?? '')
      .split('\n')
      .flatMap((line) => (line.startsWith(`${before}{`) ? [JSON.parse(line.slice(before.length))] : []));
  const why =
    run.error?.message ?? (run.status === 0 ? null : `exit ${run.status ?? run.signal}: ${run.stderr}`);
  return {
    answers: objects(run.stdout),
    // Which ways of cutting the work were tried, and what they took.
    measured: objects(run.stderr, 'measured '),
    error: why === null ? null : why.slice(-2000),
  };
}

function openPeer() {
  const child = spawn(python, [options.peers, options.device], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line)));
  const gone = () => {
    while (waiting.length > 0) waiting.shift()({ missing: `${python} does not answer` });
  };
  child.on('error', gone);
  child.on('close', gone);
  child.stdin.on('error', () => {});
  return {
    ask: (request) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${JSON.stringify(request)}\n`);
        if (child.exitCode !== null) gone();
      }),
    close: () => child.stdin.end(),
  };
}

const peer = openPeer();
results.peer = await peer.ask({ about: true });
const device = ours(60, 'device');
results.ours = device.answers[0] ?? { error: device.error };
save();
console.log(`ours: ${results.ours.info?.description ?? results.ours.error}`);
if (results.ours.limits != null) {
  const { peak, copyBandwidth } = results.ours.limits;
  console.log(
    `measured: ${(peak / 1e12).toFixed(2)} TFLOP/s float32, copy ${(copyBandwidth / 1e9).toFixed(0)} GB/s`,
  );
}
console.log(`peer: ${JSON.stringify(results.peer)}`);

const names = ['inputs', 'units', 'batch', 'timesteps'];
const all = ours(20, 'shapes').answers[0] ?? { grid: [], deepBench: [] };
const wanted =
  options.shapes === ''
    ? [
        ...all.grid,
        { inputs: 128, units: 128, batch: 32, timesteps: 100 },
        { inputs: 512, units: 512, batch: 64, timesteps: 100 },
        { inputs: 1024, units: 1024, batch: 64, timesteps: 100 },
        ...(options.deep ? all.deepBench.filter(({ timesteps }) => timesteps <= 375) : []),
      ]
    : options.shapes
        .split(';')
        .map((text) =>
          Object.fromEntries(text.split(',').map((size, index) => [names[index], Number(size)])),
        );

const seconds = Number(options.seconds);
const steps = options.software ? 1 : 10;
console.log(
  'inputs,units,batch,steps | ours ms | on the device | in float16 | PyTorch ms | on the device | ratio | with TF32 ms | ratio',
);
for (const shape of wanted) {
  const name = names.map((key) => shape[key]).join(',');
  // The parity check comes last but has its time kept.
  if (secondsLeft() < Number(options.parity) + 3 * seconds + 15) {
    results.notRun.push(name);
    continue;
  }
  const bench = (storage) => {
    const words = ['--shape', name, '--seconds', String(seconds), '--storage', storage];
    const { answers, measured, error } = ours(120 + 10 * seconds, 'bench', ...words);
    return answers[0] === undefined ? { error } : { ...answers[0], measured };
  };
  const mine = bench('float32');
  // Kept as halves: recurrences of more than 192 units.
  const halves = shape.units > 192 ? bench('float16') : null;
  const exact = await peer.ask({ ...shape, seconds, steps, tf32: false });
  const tf32 = await peer.ask({ ...shape, seconds, steps, tf32: true });
  results.shapes.push({ name, ours: mine, halves, exact, tf32 });
  save();
  const ms = (value) => (typeof value === 'number' ? value.toFixed(3) : 'missing');
  const ratio = (theirs) =>
    typeof theirs === 'number' && typeof mine.msPerStep === 'number'
      ? `${(theirs / mine.msPerStep).toFixed(2)}x`
      : '-';
  console.log(
    [
      name,
      mine.error ?? ms(mine.msPerStep),
      ms(mine.deviceMsPerStep),
      halves === null ? '-' : (halves.error ?? ms(halves.msPerStep)),
      exact.missing ?? ms(exact.ms),
      ms(exact.deviceMs),
      ratio(exact.ms),
      tf32.missing ?? ms(tf32.ms),
      ratio(tf32.ms),
    ].join(' | '),
  );
}
peer.close();

const parity = Math.min(Number(options.parity), secondsLeft() - 10);
const checked = ours(parity + 30, 'parity', '--seconds', String(parity), '--cases', options.cases);
results.parity = checked.error === null ? checked.answers : [...checked.answers, { error: checked.error }];
results.seconds = (performance.now() - began) / 1000;
save();
for (const { parity: way, passed, failed, notRun, failures, error } of results.parity) {
  if (error !== undefined) console.log(`parity stopped: ${error}`);
  else console.log(`parity ${JSON.stringify(way)}: ${passed} passed, ${failed} failed, ${notRun} not run`);
  for (const failure of failures ?? [])
    console.log(`  ${failure.name}: ${failure.problems.join('; ').slice(0, 300)}`);
}
if (results.notRun.length > 0) console.log(`not run for want of time: ${results.notRun.join(' ')}`);
const sound =
  results.parity.length > 0 &&
  results.parity.every(({ failed, error }) => failed === 0 && error === undefined);
process.exitCode = sound ? 0 : 1;
