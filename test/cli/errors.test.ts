import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, type Outcome, seriesCsv } from './support/command-line.ts';

const gru = new CommandLine();

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) writeFileSync(gru.path(name), text);
  await gru.run('init', 'p', '--data', 'good.csv', '--target', 'sales');
});
afterAll(() => gru.close());

const good = seriesCsv(120);
const lines = good.split('\n');
/** The good file with one line changed. */
const changed = (row: number, line: string) =>
  lines.map((old, index) => (index === row ? line : old)).join('\n');

const files: Readonly<Record<string, string | Buffer>> = {
  'good.csv': good,
  'binary.csv': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0, 0, 255, 254]),
  'ragged.csv': changed(17, '2021-01-17,1,2,mo,5,6,7'),
  'empty.csv': '',
  'header.csv': 'date,sales\n',
  'one.csv': 'date,sales\n2021-01-01,5\n',
  'no-target.csv': good.replace(/^(\d{4}-\d\d-\d\d),[^,]+/gm, '$1,'),
  'missing.csv': changed(30, '2021-01-30,,200,mo'),
  'nan.csv': changed(31, '2021-01-31,NaN,200,mo'),
  'infinite.csv': changed(32, '2021-02-01,inf,200,mo'),
  'twice.csv': changed(40, lines[39] ?? ''),
  'constant.csv': good.replace(/^(\d{4}-\d\d-\d\d),[^,]+/gm, '$1,7'),
};

/** A refusal: its exit code, no result, one sentence, no trace of the program's insides. */
function expectRefusal(outcome: Outcome, code: number, sentence: RegExp): void {
  expect({ code: outcome.code, stderr: outcome.stderr }).toMatchObject({
    code,
    stderr: expect.stringMatching(sentence),
  });
  expect(outcome.stderr).not.toMatch(/\n\s+at |Error:|undefined|\[object/);
  // A sentence, or the command that helps.
  expect(outcome.stderr.trimEnd()).toMatch(/[.?]$|: gru [^\n]+$/);
}

describe('a data file', () => {
  it.each([
    ['absent.csv', 3, /absent\.csv/],
    ['binary.csv', 3, /binary\.csv/],
    ['ragged.csv', 3, /Row 17 .*ragged\.csv/],
    ['empty.csv', 3, /empty\.csv/],
    ['header.csv', 3, /header\.csv/],
    ['no-target.csv', 3, /sales/],
  ])('%s is refused when the project is made, and nothing is left behind', async (name, code, sentence) => {
    const before = readdirSync(gru.folder);
    expectRefusal(await gru.run('init', 'new', '--data', name, '--target', 'sales'), code, sentence);
    expect(readdirSync(gru.folder)).toEqual(before);
  });

  it.each([
    ['one.csv', 3, /row/],
    ['missing.csv', 3, /row 30/],
    ['nan.csv', 3, /row 31/],
    ['infinite.csv', 3, /row 32/],
    ['twice.csv', 3, /Rows 39 and 40/],
  ])('%s is refused at the latest when it is to be trained on', async (name, code, sentence) => {
    const folder = `from-${name}`;
    const settings = [
      '--set',
      'data.missing=error',
      '--set',
      'data.duplicates=error',
      '--set',
      'training.epochs=1',
    ];
    const made = await gru.run('init', folder, '--data', name, '--target', 'sales', '--task', 'forecast');
    if (made.code !== 0) return expectRefusal(made, code, sentence);
    expectRefusal(await gru.run('train', folder, ...settings), code, sentence);
    expect(readdirSync(gru.path(folder, 'runs'))).toEqual([]);
    expect(readdirSync(gru.path(folder, 'locks'))).toEqual([]);
  });

  it('with a constant target is trained on, with a warning', async () => {
    await gru.run('init', 'constant', '--data', 'constant.csv', '--target', 'sales');
    const { code, stderr } = await gru.run('train', 'constant', '--set', 'training.epochs=0');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/"sales": constant/) });
  });

  it('that lacks a column of the model is refused for prediction, and no output is written', async () => {
    await gru.run('train', 'p', '--set', 'training.epochs=0');
    writeFileSync(gru.path('short.csv'), good.replace(/,[^,]*$/gm, ''));
    expectRefusal(await gru.run('predict', 'p', '--input', 'short.csv', '--output', 'o.csv'), 3, /"day"/);
    expect(readdirSync(gru.folder)).not.toContain('o.csv');
  });
});

describe('a setting', () => {
  it.each([
    [['training.epoch=3'], 2, /There is no key "training\.epoch"\. Did you mean training\.epochs\?/],
    [['training.epochs=many'], 2, /training\.epochs must be a whole number, but it is "many"/],
    [['data.window=5000'], 3, /window/],
    [['model.readout=every'], 2, /model\.readout/],
    [['training.loss=crossEntropy'], 2, /training\.loss/],
    [['backend.name=tensorflow'], 1, /tensorflow/],
    [['data.columns=[{"name":"nothing","role":"featureAndTarget"}]'], 3, /There is no column "nothing"/],
  ])('%j is refused', async (assignments, code, sentence) => {
    const before = readdirSync(gru.path('p/runs'));
    const set = assignments.flatMap((assignment) => ['--set', assignment]);
    expectRefusal(await gru.run('train', 'p', '--set', 'training.epochs=1', ...set), code, sentence);
    expect(readdirSync(gru.path('p/runs'))).toEqual(before);
  });

  it('in a config.json that is not JSON is found by line and column', async () => {
    const path = gru.path('p/config.json');
    const sound = readFileSync(path, 'utf8');
    writeFileSync(path, sound.replace('"task":', '"task"'));
    const line = sound.slice(0, sound.indexOf('"task":')).split('\n').length;
    expectRefusal(
      await gru.run('train', 'p'),
      2,
      new RegExp(`not valid JSON .*config\\.json, line ${line}, `),
    );
    writeFileSync(path, sound);
  });
});

describe('a folder', () => {
  it('without a project is said to have none', async () => {
    for (const command of ['train', 'resume', 'runs', 'evaluate']) {
      expectRefusal(await gru.run(command, 'nowhere'), 5, /There is no project in this folder \(nowhere\)/);
    }
    expect(readdirSync(gru.folder)).not.toContain('nowhere');
  });

  it('with something in it is not made a project', async () => {
    expectRefusal(await gru.run('init', 'p', '--data', 'good.csv'), 5, /There already is a project/);
    mkdirSync(gru.path('full'));
    writeFileSync(gru.path('full/notes.txt'), 'mine');
    expectRefusal(await gru.run('init', 'full', '--data', 'good.csv'), 5, /not empty/);
    expect(readdirSync(gru.path('full'))).toEqual(['notes.txt']);
    expectRefusal(await gru.run('init', 'good.csv', '--data', 'good.csv'), 5, /file of this name/);
  });

  it('with a damaged project file is named', async () => {
    mkdirSync(gru.path('damaged'));
    writeFileSync(gru.path('damaged/project.json'), '{"version":1,');
    expectRefusal(await gru.run('runs', 'damaged'), 5, /project file is damaged.*damaged\/project\.json/);
    writeFileSync(gru.path('damaged/project.json'), '{"version":99}');
    expectRefusal(await gru.run('runs', 'damaged'), 5, /version 99.*newer version/);
  });

  it('with a damaged run lists the others, and says which one is damaged', async () => {
    cpSync(gru.path('p'), gru.path('half'), { recursive: true });
    await gru.run('train', 'half', '--set', 'training.epochs=0');
    writeFileSync(gru.path('half/runs/run-001/run.json'), '{"vers');
    const outcome = await gru.run('runs', 'half');
    expectRefusal(outcome, 5, /run file is damaged.*run-001\/run\.json/);
    expect(outcome.stdout).toMatch(/^run-002 +done/m);
  });

  it('with a damaged model makes it again from the last checkpoint, bit for bit', async () => {
    cpSync(gru.path('p'), gru.path('lost'), { recursive: true });
    const model = gru.path('lost/runs/run-001/model.safetensors');
    const sound = readFileSync(model);
    writeFileSync(model, 'damaged');
    expectRefusal(await gru.run('evaluate', 'lost', 'run-001'), 5, /not what was saved.*Resume the run/);
    expect((await gru.run('resume', 'lost', 'run-001')).code).toBe(0);
    expect(readFileSync(model).equals(sound)).toBe(true);
    expect((await gru.run('evaluate', 'lost', 'run-001')).code).toBe(0);
  });

  it('is not given a run by a setting that is refused', async () => {
    const before = readdirSync(gru.path('p/runs'));
    expectRefusal(await gru.run('train', 'p', '--set', 'training.stateful=true'), 2, /training\.stateful/);
    expect(readdirSync(gru.path('p/runs'))).toEqual(before);
  });

  it('that does not exist is named when a file is to be written there', async () => {
    const args = ['predict', 'p', '--input', 'good.csv', '--output', 'nowhere/out.csv'];
    expectRefusal(await gru.run(...args), 5, /There is no folder to write to .*nowhere/);
  });

  it('knows its runs', async () => {
    expectRefusal(await gru.run('evaluate', 'p', 'run-099'), 5, /There is no run "run-099".*run-001/);
    expectRefusal(await gru.run('resume', 'p', 'run-001'), 2, /run-001 is finished/);
    expectRefusal(await gru.run('resume', 'p'), 5, /No run of this project was interrupted/);
  });
});

describe('a command', () => {
  it.each([
    [['trian', 'p'], /Unknown command 'trian'\. Did you mean train\?/],
    [['train'], /Missing required argument 'dir'/],
    [['train', 'p', '--epochs', '3'], /Unknown option '--epochs'/],
    [['init', 'x'], /Required option '--data <file>' not specified/],
    [['init', 'x', '--data', 'good.csv', '--task', 'guess'], /guess.*Allowed choices are forecast/],
    [['train', 'p', '--threads', '0'], /--threads must be a whole number from 1 up, but it is "0"/],
    [['bench', '--shape', '1,2,3'], /--shape must be four whole numbers/],
    [['export', 'p', '--output', 'x'], /Required option '--format <format>' not specified/],
  ])('%j is a usage error', async (args, sentence) => {
    expectRefusal(await gru.run(...args), 2, sentence);
  });

  it('with --json tells its error as one event, and nothing on stderr', async () => {
    const { outcome, events } = await gru.events('train', 'p', '--set', 'training.epoch=3');
    expect(outcome).toMatchObject({ code: 2, stderr: '' });
    expect(events).toEqual([
      {
        event: 'error',
        code: 'config/unknown-key',
        message: 'There is no key "training.epoch"',
        where: null,
        hint: 'Did you mean training.epochs?',
      },
    ]);
  });
});

it('a loss that diverges stops the run, names a likely cause and keeps the last good checkpoint', async () => {
  const settings = [
    'training.learningRate=1e18',
    'training.optimizer=sgd',
    'training.clipping=none',
    'training.epochs=3',
  ];
  const set = settings.flatMap((assignment) => ['--set', assignment]);
  const outcome = await gru.run('train', 'p', ...set);
  expectRefusal(outcome, 4, /at step \d+: .*training\.learningRate/);
  const [run = ''] = readdirSync(gru.path('p/runs')).sort().reverse();
  expect((await gru.run('runs', 'p')).stdout).toMatch(new RegExp(`${run} +diverged`));
  expect((await gru.run('evaluate', 'p', run)).code).toBe(0);
  expectRefusal(await gru.run('resume', 'p', run), 2, new RegExp(`${run} diverged`));
});
