import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { runRecordSchema } from '../../engine/contract/run.ts';
import { readSafetensors } from '../../engine/export/safetensors.ts';
import { CommandLine, seriesCsv } from './support/command-line.ts';

const gru = new CommandLine();
const small = [
  '--set',
  'model.layers.0.units=8',
  '--set',
  'data.window=8',
  '--set',
  'data.horizon=1',
  '--set',
  'training.batchSize=32',
];

beforeAll(() => {
  writeFileSync(gru.path('sales.csv'), seriesCsv(200));
});
afterAll(() => gru.close());

function weightsOf(path: string) {
  return readSafetensors(readFileSync(gru.path(path)), path).tensors;
}

describe('from a file to a model', () => {
  it('init --dry-run --json prints the configuration it would write, and writes nothing', async () => {
    const { code, stdout, stderr } = await gru.run(
      'init',
      'dry',
      '--data',
      'sales.csv',
      '--dry-run',
      '--json',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { $schema, ...config } = JSON.parse(stdout);
    expect(experimentSchema.parse(config)).toEqual(config);
    expect($schema).toBe('./config.schema.json');
    expect(readdirSync(gru.folder)).toEqual(['sales.csv']);
    const made = await gru.run('init', 'dry', '--data', 'sales.csv', '--json');
    expect(made.stdout).toBe(stdout);
    expect(readFileSync(gru.path('dry/config.json'), 'utf8')).toBe(stdout);
  });

  it('init, train, evaluate, predict, export and runs go the whole way', async () => {
    expect(
      (await gru.run('init', 'p', '--data', 'sales.csv', '--target', 'sales', '--task', 'forecast')).code,
    ).toBe(0);
    expect(readdirSync(gru.folder).filter((name) => name.startsWith('.'))).toEqual([]);

    const { outcome, events } = await gru.events('train', 'p', ...small, '--set', 'training.epochs=3');
    expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: '' });
    const [first] = events;
    const last = events.at(-1);
    if (first?.event !== 'run' || last?.event !== 'done') throw new Error('no run, or no done');
    expect(first.epochs).toBe(3);
    expect(first.stepsPerEpoch).toBe(Math.ceil(first.samples.train / 32));
    const steps = events.filter(({ event }) => event === 'step');
    expect(steps).toHaveLength(3 * first.stepsPerEpoch);
    expect(events.filter(({ event }) => event === 'epoch')).toHaveLength(3);
    expect(last.reason).toBe('epochs');
    expect(last.metrics['test.rmse']).toBeGreaterThan(0);
    expect(last.metrics['naive.last.rmse']).toBeGreaterThan(0);

    const evaluated = await gru.run('evaluate', 'p', '--json');
    expect(JSON.parse(evaluated.stdout).metrics).toEqual(last.metrics);

    const predicted = await gru.run('predict', 'p', '--input', 'sales.csv', '--output', 'out.csv');
    expect(predicted.code).toBe(0);
    const [header, line] = readFileSync(gru.path('out.csv'), 'utf8').split('\n');
    expect(header).toBe('series,first row,last row,time,sales+1');
    expect(line).toMatch(/^,193,200,2021-07-19,\d+\.\d+$/);

    const exported = await gru.run(
      'export',
      'p',
      '--format',
      'safetensors',
      '--output',
      'model/best.safetensors',
    );
    expect(exported.code).toBe(0);
    expect(readdirSync(gru.path('model')).sort()).toEqual([
      'best.README.md',
      'best.json',
      'best.py',
      'best.safetensors',
    ]);
    expect(weightsOf('model/best.safetensors').get('gru.weight_hh_l0')?.shape).toEqual([24, 8]);
    const again = await gru.run(
      'export',
      'p',
      '--format',
      'safetensors',
      '--output',
      'model/best.safetensors',
    );
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('There already is a file of this name'),
    });

    const listed = await gru.run('runs', 'p', '--json');
    const { version, ...record } = JSON.parse(readFileSync(gru.path('p/runs/run-001/run.json'), 'utf8'));
    expect(version).toBe(1);
    expect(runRecordSchema.parse(JSON.parse(listed.stdout))).toEqual(record);
    expect(record).toMatchObject({
      status: 'done',
      reason: 'epochs',
      step: steps.length,
      metrics: last.metrics,
    });
    expect((await gru.run('runs', 'p')).stdout).toMatch(/run-001 +done/);
    expect(readdirSync(gru.path('p/locks'))).toEqual([]);
  });

  it('training.epochs=0 makes a run that holds its initial weights', async () => {
    const { events } = await gru.events('train', 'p', ...small, '--set', 'training.epochs=0');
    const run = events[0]?.event === 'run' ? events[0].id : '';
    const model = weightsOf(`p/runs/${run}/model.safetensors`);
    expect(model).toEqual(weightsOf(`p/runs/${run}/checkpoints/0/weights.safetensors`));
    expect(events.at(-1)).toMatchObject({ event: 'done', step: 0 });
  });

  it('keeps the configuration of a run with it, as it was set', async () => {
    await gru.run('train', 'p', ...small, '--set', 'training.epochs=1', '--set', 'name=changed');
    const config = JSON.parse(readFileSync(gru.path('p/runs/run-003/config.json'), 'utf8'));
    expect(config).toMatchObject({ name: 'changed', training: { epochs: 1 } });
    expect(JSON.parse(readFileSync(gru.path('p/config.json'), 'utf8')).name).toBe('p');
  });

  it('sums up a run for a person, with the memory estimate first and naive forecasts beside', async () => {
    const { code, stdout, stderr } = await gru.run('train', 'p', ...small, '--set', 'training.epochs=2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/run-004 is done: all epochs done after 2 epochs/);
    expect(stdout).toMatch(/on the test part +model +naive: last/);
    expect(stderr.indexOf('memory estimate: ')).toBeGreaterThan(-1);
    expect(stderr.indexOf('memory estimate: ')).toBeLessThan(stderr.indexOf('epoch 1/2: loss'));
  });

  it('forecasts beyond the end of the data, where every input is predicted too', async () => {
    const refused = await gru.run(
      'predict',
      'p',
      '--input',
      'sales.csv',
      '--output',
      'far.csv',
      '--steps',
      '5',
    );
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/every input to be predicted too/),
    });
    const alone = seriesCsv(120).replace(/^([^,]+,[^,]+),.*$/gm, '$1');
    writeFileSync(gru.path('alone.csv'), alone);
    await gru.run('init', 'alone', '--data', 'alone.csv');
    await gru.run('train', 'alone', ...small, '--set', 'training.epochs=1');
    await gru.run('predict', 'alone', '--input', 'alone.csv', '--output', 'far.csv', '--steps', '5');
    const [header, ...rows] = readFileSync(gru.path('far.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('series,step,sales');
    expect(rows.map((row) => row.split(',')[1])).toEqual(['1', '2', '3', '4', '5']);
    expect(rows.every((row) => Number.isFinite(Number(row.split(',')[2])))).toBe(true);
  });

  it('keeps the newest checkpoints and the best one', async () => {
    const settings = ['--set', 'training.epochs=6', '--set', 'training.checkpoints.keep=1'];
    await gru.run('train', 'p', ...small, ...settings);
    const kept = readdirSync(gru.path('p/runs/run-005/checkpoints'));
    expect(kept.length).toBeGreaterThanOrEqual(1);
    expect(kept.length).toBeLessThanOrEqual(2);
  });
});

describe('the other commands', () => {
  it('doctor names the backends, of which portable and reference are everywhere', async () => {
    const { code, stdout } = await gru.run('doctor', '--json');
    const backends: { name: string; usable: boolean }[] = JSON.parse(stdout).backends;
    expect(code).toBe(0);
    expect(backends.filter(({ usable }) => usable).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['portable', 'reference']),
    );
    expect((await gru.run('doctor')).stdout).toMatch(/usable {3}portable/);
  });

  it('bench gives the numbers of a shape', async () => {
    const { code, stdout } = await gru.run('bench', '--shape', '4,8,2,3', '--threads', '1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      shape: { inputs: 4, units: 8, batch: 2, timesteps: 3 },
      threads: 1,
      msPerStep: expect.any(Number),
      gflops: expect.any(Number),
    });
  });

  it('example trains without a project', async () => {
    const args = ['--timesteps', '10', '--units', '4', '--epochs', '1'];
    const { outcome, events } = await gru.events('example', ...args);
    expect(outcome.code).toBe(0);
    expect(events.at(-1)).toMatchObject({ event: 'done', metrics: { 'test.loss': expect.any(Number) } });
  });

  it('demo goes from the sample data to a model', async () => {
    const { outcome, events } = await gru.events('demo', 'd');
    expect(outcome.code).toBe(0);
    const done = events.at(-1);
    if (done?.event !== 'done') throw new Error('not done');
    expect(done.metrics['test.rmse']).toBeLessThan(done.metrics['naive.last.rmse'] ?? 0);
    expect(existsSync(gru.path('d/model.safetensors'))).toBe(true);
  });

  it('schema prints JSON Schema and the table of keys', async () => {
    expect(JSON.parse((await gru.run('schema')).stdout).type).toBe('object');
    expect((await gru.run('schema', '--markdown')).stdout).toMatch(/^# Configuration keys/);
  });

  it('help and version go to stdout with exit code 0; nothing at all is a usage error', async () => {
    expect(await gru.run('--version')).toMatchObject({ code: 0, stdout: '0.1.0\n' });
    expect(await gru.run('train', '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--set'),
    });
    expect(await gru.run()).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Usage: gru'),
    });
  });
});
