import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { listCheckpoints } from '../../../engine/store/checkpoints.ts';
import { joinPath } from '../../../engine/store/file-system.ts';
import { listRunIds, readRun, runPaths } from '../../../engine/store/runs.ts';
import type { OpenedProject } from '../projects/opened-project.ts';
import { keepCheckpoint, listKept } from './kept-checkpoints.ts';
import { readNotes, writeNotes } from './run-notes.ts';
import { runView } from './run-views.ts';

/** Puts a run of an experiment into the queue. Resolves to its id. */
export async function startRun(
  project: OpenedProject,
  experiment: Experiment,
  name: string | null,
): Promise<string> {
  return withFreeRunId(project, async (run) => {
    await project.queue.add(run, name === null || name === '' ? experiment : { ...experiment, name });
    return run;
  });
}

/** Does something with an id that no other run has; nobody else is given one until it is done. */
export function withFreeRunId<Value>(
  project: OpenedProject,
  work: (run: string) => Promise<Value>,
): Promise<Value> {
  return project.naming.take(async () => work(await freeRunId(project)));
}

/** run-001, run-002, ...: no run that is stored, waits or lies in the trash has it. */
async function freeRunId({ host, folder, queue, trash }: OpenedProject): Promise<string> {
  const taken = [
    ...(await listRunIds(host.store, folder)),
    ...(await host.store.files.list(trash)),
    ...queue.unborn.map(({ run }) => run),
    ...(queue.active === null ? [] : [queue.active.run]),
  ];
  const numbers = taken.map((id) => Number(/^run-(\d+)$/.exec(id)?.[1] ?? 0));
  return `run-${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}`;
}

/** Goes on with a run. Throws `usage/invalid` when there is nothing to go on with. */
export async function resumeRunOf(project: OpenedProject, run: string): Promise<void> {
  const { queue, host, folder } = project;
  const known = queue.active?.run === run || queue.unborn.some((unborn) => unborn.run === run);
  if (!known) {
    const record = await readRun(host.store, folder, run);
    if (record.status === 'done' || record.status === 'diverged') {
      throw new WorkbenchError(
        'usage/invalid',
        record.status === 'done' ? `${run} is finished` : `${run} diverged, and would again`,
        { hint: record.error?.hint ?? 'Start a new run instead.' },
      );
    }
  }
  await queue.resume(run);
}

/** Changes what a person says of a run. */
export async function updateRun(
  project: OpenedProject,
  run: string,
  change: {
    readonly name?: string | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly note?: string | undefined;
  },
): Promise<RunView> {
  const { host, folder } = project;
  await readRun(host.store, folder, run);
  await project.naming.take(async () => {
    const notes = await readNotes(host.store, folder, run);
    await writeNotes(host.store, folder, run, {
      name: change.name ?? notes.name,
      tags: [...(change.tags ?? notes.tags)],
      note: change.note ?? notes.note,
    });
  });
  project.runChanges.send(run);
  return runView(project, run);
}

/** Moves runs into the trash of the project. Throws `usage/invalid` for one that trains. */
export async function removeRuns(project: OpenedProject, runs: readonly string[]): Promise<void> {
  const { host, folder, queue, trash } = project;
  for (const run of runs) {
    if (queue.active?.run === run) {
      throw new WorkbenchError('usage/invalid', `${run} is in training`, { hint: 'Stop it first.' });
    }
  }
  for (const run of runs) {
    const withdrawn = await queue.withdraw(run);
    const stored = (await listRunIds(host.store, folder)).includes(run);
    if (!stored && !withdrawn) await readRun(host.store, folder, run);
    if (stored) {
      await host.store.files.makeDirectory(trash);
      await host.store.files.rename(runPaths(folder, run).folder, joinPath(trash, run));
    }
    project.forgetLog(run);
    project.forgetFacts(run);
    project.events.send({ kind: 'run-removed', run });
  }
}

/** Brings runs back from the trash. Throws `store/no-run` for one that is not there. */
export async function restoreRuns(project: OpenedProject, runs: readonly string[]): Promise<void> {
  const { host, folder, trash } = project;
  for (const run of runs) {
    if (!(await host.store.files.list(trash)).includes(run)) {
      throw new WorkbenchError('store/no-run', `${run} cannot be brought back`, {
        where: folder,
        hint: 'What was deleted is kept until the project is closed.',
      });
    }
    await host.store.files.rename(joinPath(trash, run), runPaths(folder, run).folder);
    project.runChanges.send(run);
  }
}

/** Keeps the state of a run under a name: the present one of a run in training, or else the newest checkpoint. */
export async function keepRunCheckpoint(project: OpenedProject, run: string, name: string): Promise<void> {
  const { host, folder, queue } = project;
  const paths = runPaths(folder, run);
  if ((await listKept(host.store, paths.folder)).some((kept) => kept.name === name)) {
    throw new WorkbenchError('store/exists', `There already is a checkpoint called "${name}"`, {
      hint: 'Choose another name.',
    });
  }
  if (queue.active?.run === run) {
    queue.active.training.keepCheckpoint(name);
    return;
  }
  await readRun(host.store, folder, run);
  const [newest] = await listCheckpoints(host.store, paths.checkpoints);
  if (newest === undefined) {
    throw new WorkbenchError('store/no-checkpoint', `${run} has no checkpoint`, { where: paths.checkpoints });
  }
  await keepCheckpoint(host.store, joinPath(paths.checkpoints, newest), name);
}
