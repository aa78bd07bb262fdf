import { readFile } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { TextResources } from '../../../engine/data/text/view.ts';
import { errorCode, fileError } from '../../../engine/store/file-system.ts';

/** Reads the files beside the data that an experiment names for its texts. Paths may be relative to the project. */
export async function readTextResources(folder: string, { data }: Experiment): Promise<TextResources> {
  const { tokenizer, file } = data.text;
  if (tokenizer !== 'file' || file === '') return {};
  const path = projectPath(folder, file);
  try {
    return { tokenizer: { name: basename(path), text: await readFile(path, 'utf8') } };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileError(error, 'read', path);
    throw missingFile(path, 'data.text.file', error);
  }
}

export function projectPath(folder: string, file: string): string {
  return isAbsolute(file) ? file : resolve(folder, file);
}

export function missingFile(path: string, key: string, cause: unknown): WorkbenchError {
  return new WorkbenchError('data/missing-file', 'There is no such file', {
    where: path,
    hint: `Correct the path in ${key}.`,
    cause,
  });
}
