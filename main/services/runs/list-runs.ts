import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { RunRecord } from '../../../engine/contract/run.ts';
import { readProject } from '../../../engine/store/project.ts';
import { listRunIds, readRun } from '../../../engine/store/runs.ts';
import type { ServiceHost } from '../host.ts';

export interface RunList {
  /** Oldest first. */
  readonly runs: readonly RunRecord[];
  /** Why the other runs cannot be read, one error each. */
  readonly damaged: readonly WorkbenchError[];
}

/** The records of all runs of a project. One that is damaged does not hide the others. Throws `store/not-a-project`. */
export async function listRuns(host: ServiceHost, folder: string): Promise<RunList> {
  await readProject(host.store, folder);
  const runs: RunRecord[] = [];
  const damaged: WorkbenchError[] = [];
  for (const id of await listRunIds(host.store, folder)) {
    try {
      runs.push(await readRun(host.store, folder, id));
    } catch (error) {
      if (!(error instanceof WorkbenchError)) throw error;
      damaged.push(error);
    }
  }
  return { runs, damaged };
}
