import { WorkbenchError } from '../base/errors.ts';
import { joinPath, type StorePlatform } from './file-system.ts';

/**
 * The lock that keeps a second writer out of a project. Every writer puts a file of its own into `locks/`, named by
 * its process number and start time, and then looks whether another living process has one. The file of a dead
 * process can be removed by anyone, because its name never comes alive again; so a killed run frees the project at
 * once. Two that start in the same instant may both be refused, never both admitted.
 */
export interface ProjectLock {
  release(): Promise<void>;
}

const encoder = new TextEncoder();

/** Throws `store/in-use`, naming the process, when another one writes to the project. */
export async function acquireLock(platform: StorePlatform, project: string): Promise<ProjectLock> {
  const { files, processes } = platform;
  const folder = joinPath(project, 'locks');
  const start = (await processes.startOf(processes.pid)) ?? 'unknown';
  const own = lockName(processes.pid, start, processes.host);
  const path = joinPath(folder, own);
  await files.makeDirectory(folder);
  const contents = { version: 1, pid: processes.pid, host: processes.host, since: platform.now() };
  const created = await files.create(path, encoder.encode(`${JSON.stringify(contents)}\n`));
  if (!created) throw inUse(project, processes.pid, 'this program');
  try {
    for (const name of await files.list(folder)) {
      if (name === own) continue;
      const other = parseLockName(name);
      if (other !== null && (await isAlive(platform, other))) {
        throw other.host === lockHost(processes.host)
          ? inUse(project, other.pid, `process ${other.pid}`)
          : inUse(project, other.pid, `process ${other.pid} on ${other.host}`, joinPath(folder, name));
      }
      await files.remove(joinPath(folder, name));
    }
  } catch (error) {
    await files.remove(path);
    throw error;
  }
  return { release: () => files.remove(path) };
}

/** The process that holds the project's lock now, or null. */
export async function lockHolder(platform: StorePlatform, project: string): Promise<number | null> {
  for (const name of await platform.files.list(joinPath(project, 'locks'))) {
    const holder = parseLockName(name);
    if (holder !== null && (await isAlive(platform, holder))) return holder.pid;
  }
  return null;
}

interface Holder {
  readonly pid: number;
  readonly start: string;
  readonly host: string;
}

function lockName(pid: number, start: string, host: string): string {
  return `${pid}-${start.replace(/[^\w]/g, '_')}-${lockHost(host)}.lock`;
}

function lockHost(host: string): string {
  return host.replace(/[^\w.]/g, '_');
}

function parseLockName(name: string): Holder | null {
  const match = /^(\d+)-(\w+)-([\w.]+)\.lock$/.exec(name);
  if (match === null) return null;
  const [, pid = '', start = '', host = ''] = match;
  return { pid: Number(pid), start, host };
}

/** A process on another machine cannot be asked, so its lock counts. */
async function isAlive({ processes }: StorePlatform, holder: Holder): Promise<boolean> {
  if (holder.host !== lockHost(processes.host)) return true;
  const start = await processes.startOf(holder.pid);
  return start !== null && start.replace(/[^\w]/g, '_') === holder.start;
}

/** @param stale the lock's file, where only a person can tell whether its process still runs. */
function inUse(project: string, pid: number, who: string, stale?: string): WorkbenchError {
  return new WorkbenchError('store/in-use', `The project is in use by ${who}`, {
    where: project,
    hint:
      stale === undefined
        ? 'Wait until it has ended, or stop it.'
        : `Wait until it has ended; if it no longer runs, delete ${stale}.`,
    data: { pid },
  });
}
