/**
 * What watching costs: a run is trained by the command line and then in the window, which is looked at for a minute
 * meanwhile: frames longer than 50 ms, steps a second in both, and the processor time of an idle host (Linux):
 * node test/bench/window.mjs [--seconds 60] [--units 128] [--threads 1]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bin, launchBrowser, serve } from './served.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    units: { type: 'string', default: '128' },
    threads: { type: 'string', default: '' },
  },
});
const seconds = Number(options.seconds);
const folder = mkdtempSync(join(tmpdir(), 'gru-window-'));
const project = join(folder, 'stores.gruproj');

const settings = [
  `model.layers.0.units=${options.units}`,
  'training.epochs=100000',
  'training.earlyStopping=null',
  ...(options.threads === '' ? [] : [`backend.threads=${options.threads}`]),
];
// Epochs of seconds, as real data have: in those of 20 ms, what is saved at their ends is all that is measured.
await command('samples', 'make', 'stores', '--rows', '60000', '--output', folder);
await command('init', project, '--data', join(folder, 'stores.csv'));
const first = await trainByCommand();
const { frames, idle, run } = await trainInWindow();
const second = await trainByCommand();
// Looking at frames makes the page draw sixty of them a second, which it does not do by itself: not counted here.
const watched = rateOf(run, 0.6);
const alone = (first + second) / 2;
const sorted = frames.toSorted((a, b) => a - b);
console.log(`command line: ${first.toFixed(1)} and ${second.toFixed(1)} steps a second`);
console.log(`watched: ${watched.toFixed(1)} steps a second, ${((100 * watched) / alone).toFixed(1)} %`);
console.log(
  `${frames.length} frames in ${seconds} s: median ${sorted[sorted.length >> 1].toFixed(1)} ms, longest ${sorted.at(-1).toFixed(1)} ms, ${frames.filter((frame) => frame > 50).length} over 50 ms`,
);
console.log(`idle host: ${idle.toFixed(2)} % of a processor`);
rmSync(folder, { recursive: true, force: true });

function command(...args) {
  const child = spawn(process.execPath, [bin, ...args], { stdio: 'ignore' });
  return new Promise((resolve) => child.on('exit', resolve));
}

/** @returns steps a second of a run that is stopped after the time. */
async function trainByCommand() {
  const set = settings.flatMap((setting) => ['--set', setting]);
  const child = spawn(process.execPath, [bin, 'train', project, ...set], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  await pause((seconds / 2) * 1000);
  child.kill('SIGINT');
  await ended;
  return rateOf(newestRun());
}

function newestRun() {
  return readdirSync(join(project, 'runs')).sort().at(-1);
}

/** @param share of the steps that is left out: in the first ones code is compiled. */
function rateOf(id, share = 0.2) {
  const lines = readFileSync(join(project, 'runs', id, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const steps = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'step');
  const [from, to] = [steps[Math.floor(steps.length * share)], steps.at(-1)];
  return (to.step - from.step) / (to.seconds - from.seconds);
}

async function trainInWindow() {
  const configuration = JSON.parse(readFileSync(join(project, 'runs', newestRun(), 'config.json'), 'utf8'));
  const { served, address } = await serve(project);
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(address);
  await page.getByText('All changes saved').waitFor();
  const rail = page.getByRole('navigation').first();
  await rail.getByRole('button', { name: /^Runs/ }).click();
  // The configuration of the run before, so that both train the same.
  await page
    .getByRole('button', { name: /^Actions for/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Return to its configuration' }).click();
  await page.getByText('All changes saved').waitFor();
  await pause(3000);
  const before = processorTime(served.pid);
  await pause(10_000);
  const idle = (100 * (processorTime(served.pid) - before)) / 10;
  await rail.getByRole('button', { name: /^Train/ }).click();
  await page
    .getByRole('main')
    .getByRole('button', { name: /^Train/ })
    .first()
    .click();
  await page
    .getByText(/^Epoch/)
    .first()
    .waitFor();
  await pause(5000);
  const frames = await page.evaluate(
    (time) =>
      new Promise((resolve) => {
        const lengths = [];
        let last = performance.now();
        const end = last + time;
        const next = (now) => {
          lengths.push(now - last);
          last = now;
          if (now < end) requestAnimationFrame(next);
          else resolve(lengths.slice(1));
        };
        requestAnimationFrame(next);
      }),
    seconds * 1000,
  );
  await pause(seconds * 1000);
  await page.getByRole('main').getByRole('button', { name: 'Stop' }).click();
  await page
    .getByText(/was stopped at step/)
    .first()
    .waitFor();
  const run = newestRun();
  await browser.close();
  served.kill('SIGINT');
  await new Promise((resolve) => served.on('exit', resolve));
  if (configuration.training?.epochs !== 100000) throw new Error('the run had another configuration');
  return { frames, idle, run };
}

/** Seconds of processor time of a process (Linux). */
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
