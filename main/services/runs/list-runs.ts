import type { RunRecord } from '../../../engine/contract/run.ts';
import { readProject } from '../../../engine/store/project.ts';
import { listRunIds, readRun } from '../../../engine/store/runs.ts';
import type { ServiceHost } from '../host.ts';

/** The records of all runs of a project, oldest first. Throws `store/not-a-project`. */
export async function listRuns(host: ServiceHost, folder: string): Promise<RunRecord[]> {
  await readProject(host.store, folder);
  const runs: RunRecord[] = [];
  for (const id of await listRunIds(host.store, folder)) runs.push(await readRun(host.store, folder, id));
  return runs;
}
