import { WorkbenchError } from '../../../engine/base/errors.ts';
import { type RunEvent, runEventSchema } from '../../../engine/contract/events.ts';
import type { RunRecord } from '../../../engine/contract/run.ts';
import { prepareData } from '../../../engine/data/prepare.ts';
import type { Decision } from '../../../engine/data/propose.ts';
import type { Table } from '../../../engine/data/table.ts';
import { type Checkpoint, newestCheckpoint, setAside } from '../../../engine/store/checkpoints.ts';
import { readJournal } from '../../../engine/store/journal.ts';
import { openProject, readProject } from '../../../engine/store/project.ts';
import { listRunIds, readRun, writeRun } from '../../../engine/store/runs.ts';
import { createSpillingRows } from '../../platform/tables/disk-rows.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { listDatasets, loadTable } from '../datasets/datasets.ts';
import type { ServiceHost } from '../host.ts';
import { assembleRun, type BackendWish, shapesOf } from './assemble.ts';
import type { RunControl } from './control.ts';
import { openRun, type StoredRun } from './open-run.ts';
import { failureOf, RunRecorder } from './recorder.ts';
import { isLost, runTraining } from './run-training.ts';

export interface ResumeOptions {
  readonly folder: string;
  /** The newest run that can go on, by default. */
  readonly run?: string;
  /** The backend the run was started on, by default: another one does not end in the same bits. */
  readonly backend?: BackendWish['name'];
  readonly threads?: number;
  readonly signal: AbortSignal;
  readonly control?: RunControl;
}

/**
 * Goes on with a run exactly where its newest sound checkpoint stands, on the data it was started with. Events are
 * those of `trainRun`.
 */
export async function* resumeRun(host: ServiceHost, options: ResumeOptions): AsyncGenerator<RunEvent> {
  const project = await openProject(host.store, options.folder);
  try {
    yield* resumeOpened(host, options);
  } finally {
    await project.close();
  }
}

/** `resumeRun` in a project that is already open, by this process or the one it works for. */
export function resumeOpened(host: ServiceHost, options: ResumeOptions): AsyncGenerator<RunEvent> {
  return survivingLoss(host, options, resumeOnce(host, options));
}

/** Where a run goes on after the device it was on is gone: there again, or else on the processor. */
const afterLoss = [null, 'native', 'portable'] as const;

/**
 * Trains on when the device of a run is lost, from its last checkpoint, and says so. Each backend is tried once until
 * there is a step again. Throws `backend/lost`, noted in the run, when none is left.
 * @param events of the run, which begin with `run`.
 */
export async function* survivingLoss(
  host: ServiceHost,
  options: Pick<ResumeOptions, 'folder' | 'signal' | 'control'>,
  events: AsyncGenerator<RunEvent>,
): AsyncGenerator<RunEvent> {
  let run: string | null = null;
  let lost: WorkbenchError | null = null;
  let left = [...afterLoss];
  let current = events;
  for (;;) {
    try {
      for await (const event of current) {
        if (event.event === 'run') run = event.id;
        if (event.event === 'step') left = [...afterLoss];
        yield event;
      }
      return;
    } catch (error) {
      if (isLost(error)) lost = error;
      const elsewhere = error instanceof WorkbenchError && error.code.startsWith('backend/');
      if (run === null || lost === null) throw error;
      const next = elsewhere && !options.signal.aborted ? left.shift() : undefined;
      if (next === undefined) {
        const last = elsewhere ? lost : error;
        await noteFailure(host, options.folder, run, last);
        throw last;
      }
      const backend = next === null ? {} : { backend: next };
      current = resumeOnce(host, { ...options, ...backend, run, because: lost.message });
    }
  }
}

/** Why a run ended, unless it was noted where it happened. */
async function noteFailure(host: ServiceHost, folder: string, run: string, cause: unknown): Promise<void> {
  const record = await readRun(host.store, folder, run);
  if (record.status !== 'running') return;
  await writeRun(host.store, folder, { ...record, status: 'failed', error: failureOf(cause) });
}

async function* resumeOnce(
  host: ServiceHost,
  options: ResumeOptions & {
    /** Why the run stopped, where that is to be told. */
    readonly because?: string;
  },
): AsyncGenerator<RunEvent> {
  const { folder, control, because } = options;
  const run = await openRun(host, folder, options.run ?? (await newestResumable(host, folder)));
  await requireResumable(host, run, folder);
  const { checkpoint, decisions } = await soundCheckpoint(host, run, folder);
  const table = await tableOf(folder, run);
  const data = prepareData(run.experiment, table, run.preparation, createSpillingRows(folder));
  const { experiment } = run;
  const wish = wishOf(run.record, options, experiment.backend.threads);
  const assembled = await assembleRun(host, { experiment, data }, wish, true);
  try {
    const { built, backend } = assembled;
    const { name, precision, description, threads } = backend.info;
    const recorder = await RunRecorder.open(host, {
      project: folder,
      paths: run.paths,
      record: { ...run.record, backend: { name, precision, description, threads }, program: host.program },
      shapeOf: shapesOf(built),
      from: checkpoint.manifest,
    });
    const events = [...decisions, ...changes(run.record, description)];
    if (because !== undefined) {
      const reason = `${because}; the run goes on from its checkpoint of step ${checkpoint.step}`;
      events.push({ subject: 'backend', choice: description, reason });
    }
    yield* runTraining(host, assembled, recorder, {
      state: checkpoint.state,
      rateFactor: await rateFactorOf(host, run),
      decisions: events.map((decision) => ({ event: 'decision', ...decision })),
      signal: options.signal,
      ...(control === undefined ? {} : { control }),
    });
  } finally {
    assembled.dispose();
  }
}

/** The factor that a person last put on the learning rate, from the run's events until its checkpoint. */
async function rateFactorOf(host: ServiceHost, run: StoredRun): Promise<number> {
  const lines = await readJournal(host.store.files, run.paths.events);
  const events = lines.flatMap((line) => runEventSchema.safeParse(line).data ?? []);
  return events.findLast((event) => event.event === 'learning-rate')?.factor ?? 1;
}

async function newestResumable(host: ServiceHost, folder: string): Promise<string> {
  await readProject(host.store, folder);
  for (const id of (await listRunIds(host.store, folder)).reverse()) {
    const { status } = await readRun(host.store, folder, id);
    if (status !== 'done' && status !== 'diverged') return id;
  }
  throw new WorkbenchError('store/no-run', 'No run of this project was interrupted', {
    where: folder,
    hint: `Start a new one with: gru train ${folder}`,
  });
}

/** A finished run has nothing to go on with, unless its model was lost: the last checkpoint makes it again. */
async function requireResumable(host: ServiceHost, run: StoredRun, folder: string): Promise<void> {
  const { id, status, error, model } = run.record;
  if (status === 'done' && (model === null || (await isSound(host, run.paths.model, model.sha256)))) {
    throw new WorkbenchError('usage/invalid', `${id} is finished`, {
      hint: `Start a new run with: gru train ${folder}`,
    });
  }
  if (status === 'diverged') {
    throw new WorkbenchError('usage/invalid', `${id} diverged, and would again: ${error?.message ?? ''}`, {
      hint: `Start a new run instead. ${error?.hint ?? ''}`.trim(),
    });
  }
}

async function isSound(host: ServiceHost, path: string, sha256: string): Promise<boolean> {
  const bytes = await host.store.files.read(path);
  return bytes !== null && host.store.sha256(bytes) === sha256;
}

/** The newest checkpoint that is whole. Damaged ones are set aside, and each is told. */
async function soundCheckpoint(
  host: ServiceHost,
  run: StoredRun,
  folder: string,
): Promise<{ readonly checkpoint: Checkpoint; readonly decisions: readonly Decision[] }> {
  const { checkpoint, damaged } = await newestCheckpoint(host.store, run.paths.checkpoints);
  const [first] = damaged;
  if (checkpoint === null) {
    throw new WorkbenchError(
      'store/no-checkpoint',
      first === undefined
        ? `${run.record.id} has no checkpoint`
        : `${run.record.id} has no sound checkpoint: ${first.error.message}`,
      {
        where: first?.error.where ?? run.paths.checkpoints,
        hint: `Start a new run with: gru train ${folder}`,
      },
    );
  }
  const decisions: Decision[] = [];
  for (const { name, error } of damaged) {
    await setAside(host.store, run.paths.checkpoints, name);
    decisions.push({
      subject: 'checkpoint',
      choice: `step ${checkpoint.step}`,
      reason: `${error.message}; it was renamed to damaged-${name}, and the next older one is used`,
    });
  }
  return { checkpoint, decisions };
}

/** The rows the run was started with. */
export async function tableOf(folder: string, run: StoredRun): Promise<Table> {
  return loadTable(folder, await datasetOfRun(folder, run));
}

/** The dataset that the run was started with. Throws `store/damaged` when it is gone. */
export async function datasetOfRun(folder: string, { record }: StoredRun): Promise<Dataset> {
  const { id, sha256, source } = record.dataset;
  const dataset = (await listDatasets(folder)).find((known) => known.id === id && known.sha256 === sha256);
  if (dataset !== undefined) return dataset;
  throw new WorkbenchError(
    'store/damaged',
    `The data that ${record.id} was started with is gone from the project`,
    {
      where: source,
      hint: `Start a new run with: gru train ${folder}`,
    },
  );
}

function wishOf(record: RunRecord, options: ResumeOptions, threads: number | null): BackendWish {
  return {
    name: options.backend ?? record.backend?.name ?? 'auto',
    threads: options.threads ?? threads,
  };
}

function changes(record: RunRecord, description: string): Decision[] {
  // The number of threads changes nothing in the results.
  const kind = (text: string) => text.replace(/, \d+ threads?$/, '');
  if (record.backend === null || kind(record.backend.description) === kind(description)) return [];
  return [
    {
      subject: 'backend',
      choice: description,
      reason: `the run was started on ${record.backend.description}; its last digits may differ from an uninterrupted run`,
    },
  ];
}
