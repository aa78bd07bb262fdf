import { statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';

/**
 * The projects among the arguments a program was started with, as folders: one that ends in .gruproj, or the
 * project.json of one. What is neither, an option say, is left out.
 */
export function projectsAmong(argv: readonly string[], workingFolder: string): string[] {
  return argv.flatMap((argument) => {
    if (argument.startsWith('-')) return [];
    const project = projectAt(resolve(workingFolder, argument));
    return project === null ? [] : [project];
  });
}

/** The project that a path from outside means, or null. */
export function projectAt(path: string): string | null {
  const folder = basename(path) === 'project.json' ? dirname(path) : path;
  if (extname(folder) !== '.gruproj' && folder === path) return null;
  try {
    return statSync(folder).isDirectory() ? folder : null;
  } catch {
    return null;
  }
}
