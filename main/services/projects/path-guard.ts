import { readlink, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';

/** Says which paths of this machine a caller may name. */
export interface PathGuard {
  /** The path, absolute. Throws `access/refused`. */
  require(path: string): Promise<string>;
}

/** Every path: for a person at their own machine. */
export function openGuard(): PathGuard {
  return { require: async (path) => resolve(path) };
}

/** Only what lies in a folder, also after links are followed: for a browser. */
export function folderGuard(folder: string): PathGuard {
  return {
    require: async (path) => {
      const wanted = resolve(folder, path);
      if (!path.includes('\0') && inside(await realPlace(folder), await realPlace(wanted))) return wanted;
      throw new WorkbenchError('access/refused', 'This path lies outside the folder that is served', {
        where: path,
        hint: `Choose one in ${folder}.`,
      });
    },
  };
}

function inside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isOtherRoot(way));
}

/** On Windows, the way to another drive begins with its letter. */
function isOtherRoot(way: string): boolean {
  return resolve(way) === way;
}

/** The path without links, as far as it exists; also of a link to what does not exist. */
async function realPlace(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    const target = links < 40 ? await readlink(path).catch(() => null) : null;
    if (target !== null) return realPlace(resolve(parent, target), links + 1);
    if (parent === path) return path;
    return join(await realPlace(parent, links), path.slice(parent.length));
  }
}
