import { WorkbenchError } from '../../../engine/base/errors.ts';
import { runEventSchema } from '../../../engine/contract/events.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import type { RunRecord } from '../../../engine/contract/run.ts';
import { readJournal } from '../../../engine/store/journal.ts';
import { listRunIds, readRun, runPaths } from '../../../engine/store/runs.ts';
import { readConfig } from '../config/config-file.ts';
import { listDatasets } from '../datasets/datasets.ts';
import type { OpenedProject } from '../projects/opened-project.ts';
import type { WaitingRun } from './queue-file.ts';
import { readNotes } from './run-notes.ts';

/** A run as windows show it: its record, what a person says of it, and what it is doing now. */
export async function runView(project: OpenedProject, run: string): Promise<RunView> {
  const { host, folder, queue } = project;
  const unborn = queue.unborn.find((waiting) => waiting.run === run);
  const waitingPlace = queue.waiting.findIndex((waiting) => waiting.run === run);
  const queued = waitingPlace < 0 ? null : waitingPlace;
  const active = queue.active?.run === run ? queue.active : null;
  const known = (await listRunIds(host.store, folder)).includes(run);
  if (!known) {
    const begun = active === null ? undefined : queue.beginning;
    const waiting = unborn ?? (begun?.run === run ? begun : undefined);
    if (waiting?.experiment) return waitingView(project, waiting, waiting.experiment, queued);
  }
  const stored = await readRun(host.store, folder, run);
  const notes = await readNotes(host.store, folder, run);
  const { epochs, stepsPerEpoch } = await factsOf(project, run, active !== null);
  const record = presentRecord(project, stored);
  return {
    record: notes.name === null ? record : { ...record, name: notes.name },
    tags: [...notes.tags],
    note: notes.note,
    queued,
    paused: active?.paused ?? false,
    epochs,
    stepsPerEpoch,
  };
}

/** All runs, oldest first; one that cannot be read does not hide the others. */
export async function listRunViews(
  project: OpenedProject,
): Promise<{ readonly runs: RunView[]; readonly damaged: string[] }> {
  const { host, folder, queue } = project;
  const stored = await listRunIds(host.store, folder);
  const asked = [...queue.unborn, ...(queue.beginning === null ? [] : [queue.beginning])];
  const unborn = asked.map(({ run }) => run).filter((run) => !stored.includes(run));
  const runs: RunView[] = [];
  const damaged: string[] = [];
  for (const id of [...stored, ...new Set(unborn)]) {
    try {
      runs.push(await runView(project, id));
    } catch (error) {
      if (!(error instanceof WorkbenchError)) throw error;
      damaged.push(`${id}: ${error.message}${error.where === undefined ? '' : ` (${error.where})`}`);
    }
  }
  return { runs, damaged };
}

/** The stored record with what has happened since it was last written. */
function presentRecord({ queue }: OpenedProject, record: RunRecord): RunRecord {
  const active = queue.active?.run === record.id ? queue.active : null;
  if (active === null) {
    const error = queue.failure(record.id);
    const status = record.status === 'running' || record.status === 'created' ? 'interrupted' : record.status;
    return { ...record, status, error: record.error ?? error };
  }
  const { last } = active.log;
  if (last === null || last.step <= record.step) return record;
  return { ...record, step: last.step, epoch: last.epoch };
}

async function factsOf(
  project: OpenedProject,
  run: string,
  active: boolean,
): Promise<{ readonly epochs: number; readonly stepsPerEpoch: number | null }> {
  const facts = await project.factsOf(run, async () => {
    const { store } = project.host;
    const paths = runPaths(project.folder, run);
    const { training } = await readConfig(store, paths.folder);
    const lines = active ? (await project.logOf(run)).events : await readJournal(store.files, paths.events);
    const events = lines.flatMap((line) => runEventSchema.safeParse(line).data ?? []);
    const started = events.find((event) => event.event === 'run');
    return { epochs: training.epochs, stepsPerEpoch: started?.stepsPerEpoch ?? null };
  });
  if (active && facts.stepsPerEpoch === null) project.forgetFacts(run);
  return facts;
}

/** A run that was asked for and has not begun. */
async function waitingView(
  { host, folder, queue }: OpenedProject,
  { run, created }: WaitingRun,
  experiment: Experiment,
  queued: number | null,
): Promise<RunView> {
  const dataset = (await listDatasets(folder)).findLast(({ source }) => source === experiment.data.file);
  const error = queue.failure(run);
  return {
    record: {
      id: run,
      name: experiment.name,
      task: experiment.task,
      status: error === null ? 'created' : 'failed',
      created,
      updated: created,
      seed: experiment.training.seed,
      backend: null,
      program: host.program,
      dataset: {
        id: dataset?.id ?? '',
        source: dataset?.source ?? experiment.data.file,
        sha256: dataset?.sha256 ?? '0'.repeat(64),
        rows: dataset?.rows ?? 0,
      },
      parameters: null,
      estimatedBytes: null,
      step: 0,
      epoch: 0,
      bestEpoch: null,
      seconds: 0,
      metrics: null,
      reason: null,
      error,
      model: null,
    },
    tags: [],
    note: '',
    queued,
    paused: false,
    epochs: experiment.training.epochs,
    stepsPerEpoch: null,
  };
}
