import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/base/rng.ts';
import { CommandLine, type Outcome, seriesCsv } from './support/command-line.ts';

const gru = new CommandLine();
const settings = [
  'model.layers.0.units=8',
  'model.layers.0.recurrentDropout=0.2',
  'data.window=8',
  'data.horizon=1',
  'training.batchSize=16',
  'training.epochs=5',
  'training.earlyStopping=null',
  'training.averaging.decay=0.9',
  'training.checkpoints.everySteps=3',
].flatMap((assignment) => ['--set', assignment]);

/** The model and the steps of a run that nothing disturbed. */
let undisturbed: { readonly model: Buffer; readonly steps: readonly string[]; readonly lines: number };

beforeAll(async () => {
  writeFileSync(gru.path('sales.csv'), seriesCsv(160));
  await gru.run('init', 'p', '--data', 'sales.csv', '--target', 'sales');
  const { code, stdout } = await gru.run('train', 'p', ...settings, '--json');
  expect(code).toBe(0);
  undisturbed = { ...resultOf('run-001'), lines: stdout.split('\n').length };
});
afterAll(() => gru.close());

function resultOf(run: string): { model: Buffer; steps: string[] } {
  const steps = readFileSync(gru.path('p/runs', run, 'metrics.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"event":"step"'))
    // When a step was is the clock's, and no two runs share it.
    .map((line) => line.replace(/,"seconds":[^,}]+/, ''));
  return { model: readFileSync(gru.path('p/runs', run, 'model.safetensors')), steps };
}

function newestRun(): string {
  return readdirSync(gru.path('p/runs')).sort().at(-1) ?? '';
}

/** Runs a command and does something to it when it has told so many events. */
async function disturbedAt(
  line: number,
  disturb: (child: ChildProcess) => void,
  args: string[],
): Promise<Outcome> {
  let seen = 0;
  const { outcome } = gru.start([...args, '--json'], (_, child) => {
    seen += 1;
    if (seen === line) disturb(child);
  });
  return outcome;
}

const kill = (child: ChildProcess) => child.kill('SIGKILL');

function expectUndisturbed(run: string): void {
  const { model, steps } = resultOf(run);
  expect(model.equals(undisturbed.model)).toBe(true);
  expect(steps).toEqual(undisturbed.steps);
}

describe.each(['1', '2'])('on %s threads', (threads) => {
  const train = ['train', 'p', ...settings, '--threads', threads];
  const resume = ['resume', 'p', '--threads', threads];

  it('Ctrl-C saves, says how to go on, and resuming ends in the same bits', async () => {
    const stopped = await disturbedAt(20, (child) => child.kill('SIGINT'), train);
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toMatch(/"event":"done","id":"run-\d+","reason":"interrupted"/);
    const run = newestRun();
    expect((await gru.run('runs', 'p')).stdout).toMatch(new RegExp(`${run} +interrupted`));
    const resumed = await gru.run(...resume);
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringMatching(/going on from step \d+/) });
    expectUndisturbed(run);
  });

  it('killed at any moment, again and again, it resumes at once and ends in the same bits', async () => {
    const random = new RandomStream(Number(threads), 7);
    for (let attempt = 0; attempt < 2; attempt++) {
      const first = await disturbedAt(1 + random.nextInteger(undisturbed.lines - 10), kill, train);
      expect(first.signal).toBe('SIGKILL');
      const run = newestRun();
      const second = await disturbedAt(2 + random.nextInteger(25), kill, resume);
      const last = second.signal === 'SIGKILL' ? await gru.run(...resume) : second;
      expect({ code: last.code, stderr: last.code === 0 ? '' : last.stderr }).toEqual({
        code: 0,
        stderr: '',
      });
      expectUndisturbed(run);
    }
  });
});

describe('a run that was killed', () => {
  it('goes on from the checkpoint before a damaged one, says so, and ends in the same bits', async () => {
    await disturbedAt(30, kill, ['train', 'p', ...settings]);
    const run = newestRun();
    const folder = gru.path('p/runs', run, 'checkpoints');
    const [newest] = readdirSync(folder)
      .filter((name) => /^\d/.test(name))
      .sort((a, b) => Number(b) - Number(a));
    const file = `${folder}/${newest}/optimizer.safetensors`;
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(file, bytes);

    const { outcome, events } = await gru.events('resume', 'p');
    expect(outcome.code).toBe(0);
    expect(events).toContainEqual(
      expect.objectContaining({
        event: 'decision',
        subject: 'checkpoint',
        reason: expect.stringMatching(/optimizer.safetensors is not what was saved.*next older one is used/),
      }),
    );
    expect(readdirSync(folder)).toContain(`damaged-${newest}`);
    expectUndisturbed(run);
  });

  it('is interrupted in the list, and can already be measured', async () => {
    await disturbedAt(30, kill, ['train', 'p', ...settings]);
    const run = newestRun();
    expect((await gru.run('runs', 'p')).stdout).toMatch(new RegExp(`${run} +interrupted`));
    expect((await gru.run('evaluate', 'p', run)).stdout).toMatch(/run-\d+, .*step \d+/);
  });
});

it('a project in use is refused with the process that uses it, and is free when that is killed', async () => {
  let told: (pid: number | undefined) => void = () => undefined;
  const started = new Promise<number | undefined>((resolve) => {
    told = resolve;
  });
  const long = ['train', 'p', ...settings, '--set', 'training.epochs=100000', '--json'];
  const { child, outcome } = gru.start(long, (_, process) => told(process.pid));
  const pid = await started;
  const second = await gru.run('train', 'p', ...settings);
  expect(second).toMatchObject({ code: 5, stdout: '' });
  expect(second.stderr).toBe(
    `The project is in use by process ${pid} (p). Wait until it has ended, or stop it.\n`,
  );
  expect((await gru.run('runs', 'p')).stdout).toMatch(/running/);
  child.kill('SIGKILL');
  await outcome;
  expect((await gru.run('train', 'p', ...settings, '--set', 'training.epochs=0')).code).toBe(0);
});
