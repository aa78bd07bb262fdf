import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import type { Processes } from '../../engine/store/file-system.ts';

const run = promisify(execFile);

/** The processes of this machine, told apart by their start times. */
export function createProcesses(): Processes {
  return { host: hostname(), pid: process.pid, startOf };
}

/** It runs, but the system does not say since when. */
const unknownStart = 'unknown';

async function startOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return startOnLinux(pid);
  if (!exists(pid)) return null;
  return process.platform === 'win32' ? startOnWindows(pid) : startOnUnix(pid);
}

/** Field 22 of /proc/PID/stat counts clock ticks since the boot, so the boot's own number goes with it. */
async function startOnLinux(pid: number): Promise<string | null> {
  try {
    const [status, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field is the program's name in parentheses and may hold anything.
    const [state, ...fields] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return null;
    return `${boot.slice(0, 8)}_${fields[18] ?? ''}`;
  } catch {
    return null;
  }
}

async function startOnUnix(pid: number): Promise<string | null> {
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout.trim() || unknownStart;
  } catch {
    return unknownStart;
  }
}

async function startOnWindows(pid: number): Promise<string | null> {
  try {
    const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
    const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]);
    return stdout.trim() || unknownStart;
  } catch {
    return unknownStart;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another person's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
