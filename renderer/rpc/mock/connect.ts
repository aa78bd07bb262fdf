import { createRouterClient, implement, ORPCError } from '@orpc/server';
import { workbenchContract } from '../../../engine/contract/rpc/contract.ts';
import type { ProjectEvent } from '../../../engine/contract/rpc/projects.ts';
import { type Settings, settingsSchema } from '../../../engine/contract/rpc/system.ts';
import { type Connection, Wire, type Workbench } from '../client.ts';
import { check, describe, prepared, schema, weatherText } from './experiments.ts';
import { gallery } from './gallery.ts';
import { inspect, sample, understand } from './models.ts';
import { MockRun, startRuns } from './runs.ts';
import { plot, profile, rows, summary } from './weather.ts';

/** How many steps a made-up training takes a tick. */
const stepsPerTick = 8;
const tick = 100;

const os = implement(workbenchContract);
const project = {
  project: 'weather',
  name: 'Seattle weather',
  path: '/home/ada/gru/weather.gruproj',
  created: '2026-11-20T09:12:44.000Z',
};

/** The whole contract over made-up data in the page itself: every screen can be worked on without an engine. */
export function connectMock(): Connection {
  const wire = new Wire();
  const workbench: Workbench = createRouterClient(createMockRouter(), { context: {} });
  wire.open({ call: () => Promise.reject(new Error('the made-up host has no wire')) });
  return { workbench, shell: null, wire, token: null, gpu: null };
}

function fault(code: 'store/no-run' | 'data/missing-file' | 'store/in-use', message: string, hint: string) {
  return new ORPCError('FAULT', {
    defined: true,
    data: { code, message, where: null, hint, data: {} },
  });
}

function createMockRouter() {
  let settings: Settings = settingsSchema.parse({});
  let text = weatherText;
  let revision = 1;
  const versions: { id: string; name: string; savedAt: string; text: string }[] = [];
  let runs = startRuns();
  let trash: MockRun[] = [];
  const listeners = new Set<(event: ProjectEvent) => void>();
  const tell = (event: ProjectEvent) => {
    for (const listener of listeners) listener(event);
  };
  const find = (id: string) => {
    const run = runs.find(({ view }) => view.record.id === id);
    if (run === undefined) throw fault('store/no-run', `There is no run ${id}`, 'Choose another run.');
    return run;
  };
  const created = () => ({
    project,
    experiment: check(weatherText, 1).experiment ?? unreachable(),
    reasons: [
      { subject: 'task', choice: 'forecast', reason: 'there is a time column and numbers follow it' },
      {
        subject: 'target',
        choice: 'temp_max',
        reason: 'the numeric column that varies most from day to day',
      },
      { subject: 'window', choice: '28', reason: 'four of the weekly periods that the rows show' },
      { subject: 'split', choice: 'by time, 70/15/15', reason: 'the rows are ordered by date' },
    ],
    notes: ['Left out: 3 x blank line.'],
  });
  const ticking = (run: MockRun) => {
    const timer = setInterval(() => {
      const { record, paused } = run.view;
      if (record.status !== 'running') clearInterval(timer);
      else if (!paused) {
        const { epoch } = record;
        run.advance(record.step + stepsPerTick);
        if (run.view.record.epoch !== epoch || run.view.record.status !== 'running')
          tell({ kind: 'run', record: run.view.record });
      }
    }, tick);
  };

  const system = os.system.router({
    info: os.system.info.handler(() => ({
      version: '0.1.0',
      host: 'web' as const,
      platform: 'linux x64',
      nativeFiles: false,
      uploadUrl: null,
      downloadUrl: null,
      project: null,
    })),
    settings: os.system.settings.handler(() => settings),
    saveSettings: os.system.saveSettings.handler(({ input }) => {
      settings = input;
      return settings;
    }),
    devices: os.system.devices.handler(() => [
      {
        name: 'native' as const,
        usable: true,
        description: 'AVX-512, 2 threads',
        reason: null,
        details: [
          { name: 'Instruction set', value: 'AVX-512' },
          { name: 'Cores', value: '2' },
        ],
      },
      {
        name: 'portable' as const,
        usable: true,
        description: 'WebAssembly relaxed SIMD, 1 thread',
        reason: null,
        details: [{ name: 'Relaxed SIMD', value: 'yes' }],
      },
      {
        name: 'reference' as const,
        usable: true,
        description: 'Plain float64 loops: the slow specification the fast backends are checked against',
        reason: null,
        details: [],
      },
    ]),
  });

  const projects = os.projects.router({
    recent: os.projects.recent.handler(() => [
      { path: project.path, name: project.name, opened: '2026-11-25T18:40:00.000Z', present: true, runs: 5 },
      {
        path: '/home/ada/gru/adding.gruproj',
        name: 'Adding problem',
        opened: '2026-11-22T20:05:00.000Z',
        present: true,
        runs: 12,
      },
      {
        path: '/media/usb/sales.gruproj',
        name: 'Sales',
        opened: '2026-11-02T08:00:00.000Z',
        present: false,
        runs: 0,
      },
    ]),
    forget: os.projects.forget.handler(() => undefined),
    samples: os.projects.samples.handler(() => gallery),
    suggestFolder: os.projects.suggestFolder.handler(({ input }) => ({
      folder: `/home/ada/gru/${input.name}.gruproj`,
    })),
    createFromFile: os.projects.createFromFile.handler(created),
    createFromSample: os.projects.createFromSample.handler(created),
    open: os.projects.open.handler(({ input }) => {
      if (input.path.startsWith('/media'))
        throw fault('data/missing-file', 'The folder is not there', 'Connect the disk it is on.');
      return project;
    }),
    close: os.projects.close.handler(() => undefined),
    watch: os.projects.watch.handler(async function* ({ signal }) {
      const waiting: ProjectEvent[] = [];
      let wake: () => void = () => undefined;
      const listener = (event: ProjectEvent) => {
        waiting.push(event);
        wake();
      };
      listeners.add(listener);
      signal?.addEventListener('abort', () => wake());
      try {
        while (signal?.aborted !== true) {
          yield* waiting.splice(0);
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (waiting.length > 0) resolve();
          });
        }
      } finally {
        listeners.delete(listener);
      }
    }),
  });

  const datasets = os.datasets.router({
    list: os.datasets.list.handler(() => [summary]),
    import: os.datasets.import.handler(async function* ({ input }) {
      for (let part = 0; part <= 4; part++) {
        yield { kind: 'progress' as const, fraction: part / 4, rows: Math.round((1461 * part) / 4) };
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      const reading = input.source ?? summary.reading;
      yield { kind: 'done' as const, dataset: { ...summary, reading } };
      tell({ kind: 'datasets' });
    }),
    profile: os.datasets.profile.handler(() => profile),
    rows: os.datasets.rows.handler(({ input }) => ({
      total: rows.length,
      columns: summary.columns.map(({ name }) => name),
      rows: rows.slice(input.offset, input.offset + input.count),
    })),
    plot: os.datasets.plot.handler(({ input }) => plot(input.column, input.points, input.rows)),
    prepared: os.datasets.prepared.handler(({ input }) => prepared(input.experiment)),
  });

  const experiments = os.experiments.router({
    get: os.experiments.get.handler(() => check(text, revision)),
    save: os.experiments.save.handler(({ input }) => {
      if (input.revision !== revision)
        throw fault('store/in-use', 'Another window changed the configuration', 'Look at its changes first.');
      text = input.text;
      revision++;
      tell({ kind: 'experiment', revision });
      return check(text, revision);
    }),
    versions: os.experiments.versions.handler(() =>
      versions.map(({ id, name, savedAt }) => ({ id, name, savedAt })),
    ),
    saveVersion: os.experiments.saveVersion.handler(({ input }) => {
      const version = {
        id: `version-${versions.length + 1}`,
        name: input.name,
        savedAt: new Date().toISOString(),
        text,
      };
      versions.push(version);
      return { id: version.id, name: version.name, savedAt: version.savedAt };
    }),
    version: os.experiments.version.handler(({ input }) => {
      const kept = versions.find(({ id }) => id === input.version)?.text ?? text;
      return { text: kept, experiment: check(kept, revision).experiment };
    }),
    check: os.experiments.check.handler(({ input }) => check(input.text, revision)),
    schema: os.experiments.schema.handler(schema),
    describe: os.experiments.describe.handler(({ input }) => describe(input.experiment)),
    presets: os.experiments.presets.handler(() => [
      { id: 'quick', assignments: ['training.epochs=5', 'model.layers.0.units=32'], tasks: [] },
      { id: 'balanced', assignments: ['training.epochs=50', 'model.layers.0.units=64'], tasks: [] },
      {
        id: 'long-memory',
        assignments: ['data.window=96', 'model.readout=attention', 'training.clipping.kind=globalNorm'],
        tasks: ['forecast', 'regress'],
      },
    ]),
    propose: os.experiments.propose.handler(({ input }) => {
      const { experiment, reasons } = created();
      const proposal = { ...experiment, task: input.task ?? experiment.task };
      return { experiment: proposal, reasons };
    }),
  });

  const runProcedures = os.runs.router({
    list: os.runs.list.handler(() => ({ runs: runs.map(({ view }) => view), damaged: [] })),
    start: os.runs.start.handler(({ input }) => {
      const number = runs.length + 1;
      const id = `20261126-0912${String(number).padStart(2, '0')}-weather`;
      const run = new MockRun(id, input.name ?? `run ${number}`, number, text, new Date().toISOString());
      runs = [...runs, run];
      run.advance(1);
      ticking(run);
      tell({ kind: 'queue', queued: [], running: id });
      return { run: id };
    }),
    pause: os.runs.pause.handler(({ input }) => {
      const run = find(input.run);
      run.view = { ...run.view, paused: true };
      run.changed();
      tell({ kind: 'run', record: run.view.record });
    }),
    resume: os.runs.resume.handler(({ input }) => {
      const run = find(input.run);
      run.view = { ...run.view, paused: false, record: { ...run.view.record, status: 'running' } };
      run.changed();
      ticking(run);
      tell({ kind: 'run', record: run.view.record });
    }),
    stop: os.runs.stop.handler(({ input }) => {
      const run = find(input.run);
      run.finish('interrupted', 'interrupted');
      tell({ kind: 'run', record: run.view.record });
      tell({ kind: 'queue', queued: [], running: null });
    }),
    setLearningRate: os.runs.setLearningRate.handler(() => undefined),
    reorderQueue: os.runs.reorderQueue.handler(() => undefined),
    follow: os.runs.follow.handler(({ input, signal }) => find(input.run).follow(input.position, signal)),
    epochs: os.runs.epochs.handler(({ input }) => find(input.run).epochs),
    configuration: os.runs.configuration.handler(({ input }) => {
      const run = find(input.run);
      return { text: run.text, experiment: run.experiment };
    }),
    update: os.runs.update.handler(({ input }) => {
      const run = find(input.run);
      const { record, tags, note } = run.view;
      run.view = {
        ...run.view,
        record: { ...record, name: input.name ?? record.name },
        tags: input.tags ?? tags,
        note: input.note ?? note,
      };
      tell({ kind: 'run', record: run.view.record });
      return run.view;
    }),
    remove: os.runs.remove.handler(({ input }) => {
      const gone = runs.filter(({ view }) => input.runs.includes(view.record.id));
      runs = runs.filter((run) => !gone.includes(run));
      trash = [...trash, ...gone];
      for (const run of input.runs) tell({ kind: 'run-removed', run });
    }),
    restore: os.runs.restore.handler(({ input }) => {
      const back = trash.filter(({ view }) => input.runs.includes(view.record.id));
      trash = trash.filter((run) => !back.includes(run));
      runs = [...runs, ...back];
      for (const run of back) tell({ kind: 'run', record: run.view.record });
    }),
    checkpoints: os.runs.checkpoints.handler(({ input }) => {
      const { record } = find(input.run).view;
      const best = record.bestEpoch ?? 1;
      return [
        { step: best * 32, epoch: best, best: true, name: null },
        { step: record.step, epoch: record.epoch, best: false, name: null },
      ];
    }),
    keepCheckpoint: os.runs.keepCheckpoint.handler(() => undefined),
  });

  const models = os.models.router({
    import: os.models.import.handler(() => ({
      run: runs.at(-1)?.view.record.id ?? 'run-001',
      format: 'ONNX',
      parameters: 4321,
      notes: ['The file does not say how its inputs were normalized.'],
    })),
    understand: os.models.understand.handler(({ input }) => understand(input.step)),
    inspect: os.models.inspect.handler(({ input }) => inspect(input.sample)),
    samples: os.models.samples.handler(({ input }) => ({
      total: 156,
      samples: Array.from({ length: Math.min(input.count, 156 - input.offset) }, (_, index) =>
        sample(input.offset + index, 0.2 + 0.01 * ((index * 37) % 50)),
      ),
    })),
    generate: os.models.generate.handler(({ input }) => ({
      texts: [{ text: `${input.prompt} and so on`, tokens: 9, logProbability: -7.31, ended: true }],
      warnings: [],
    })),
    predictFile: os.models.predictFile.handler(({ input }) => ({
      output: input.output,
      rows: 7,
      warnings: [],
    })),
  });

  const sweeps = os.sweeps.router({
    list: os.sweeps.list.handler(() => []),
    start: os.sweeps.start.handler(() => ({ sweep: 'sweep-1' })),
    stop: os.sweeps.stop.handler(() => undefined),
    resume: os.sweeps.resume.handler(() => undefined),
  });

  const exports = os.exports.router({
    formats: os.exports.formats.handler(() => [
      {
        format: 'ONNX',
        title: 'ONNX',
        extension: '.onnx',
        available: true,
        reason: null,
        keeps: ['configuration and preparation as JSON', 'normalization and probabilities inside, if wanted'],
        loses: ['the state of the optimizer'],
        options: [{ name: 'opset', values: ['17', '22'], default: '17' }],
      },
      {
        format: 'pytorch',
        title: 'PyTorch',
        extension: null,
        available: true,
        reason: null,
        keeps: ['a module that can be trained on'],
        loses: ['the state of the optimizer'],
        options: [],
      },
      {
        format: 'tfjs',
        title: 'TensorFlow.js',
        extension: null,
        available: false,
        reason: 'TensorFlow.js cannot say layer normalization inside a cell',
        keeps: [],
        loses: [],
        options: [],
      },
    ]),
    write: os.exports.write.handler(({ input }) => ({
      files: [{ path: `exports/weather.${input.format}`, bytes: 58_412 }],
      verification:
        input.format === 'onnx'
          ? {
              tool: 'onnxruntime 1.30',
              samples: 156,
              largestDifference: 4.2e-7,
              metrics: [{ name: 'rmse', ours: 2.314, theirs: 2.314 }],
            }
          : null,
      notes: [],
      code: [
        {
          language: 'python',
          text: 'import onnxruntime\n\nsession = onnxruntime.InferenceSession("weather.onnx")\n',
        },
      ],
    })),
  });

  return os.router({ system, projects, datasets, experiments, runs: runProcedures, models, sweeps, exports });
}

function unreachable(): never {
  throw new Error('the made-up configuration is not valid');
}
