import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** What backends took for a step of some plan on this machine, in milliseconds. */
export interface TimingCache {
  get(key: string): Promise<number | undefined>;
  set(key: string, milliseconds: number): Promise<void>;
}

const schema = z.record(z.string(), z.number().positive());
/** Kept entries; the oldest go first. */
const most = 500;

/**
 * Timings in a file of the person's cache folder. A cache may be lost: what cannot be read is measured again, and what
 * cannot be written is measured the next time.
 */
export function createTimingCache(path: string = defaultPath()): TimingCache {
  const read = async (): Promise<Record<string, number>> => {
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch {
      return {};
    }
  };
  return {
    get: async (key) => (await read())[key],
    set: async (key, milliseconds) => {
      const entries = Object.entries({ ...(await read()), [key]: milliseconds }).slice(-most);
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
      } catch {
        // See above.
      }
    },
  };
}

function defaultPath(): string {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(base, 'gru-workbench', 'backend-timings.json');
}
