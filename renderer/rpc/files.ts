import { WorkbenchError } from '../../engine/base/errors.ts';
import { archiveEndings, dataEndings, modelFormats } from '../../engine/contract/files.ts';
import type { SystemInfo } from '../state/settings.ts';
import type { Connection } from './client.ts';

/** Endings of the data files that can be read, for the dialogs. */
export const tableEndings: readonly string[] = [...Object.values(dataEndings).flat(), ...archiveEndings];
/** Endings of the models that can be brought in. */
export const modelEndings: readonly string[] = Object.keys(modelFormats);

/**
 * Lets the person choose a file: the native dialog on the desktop, the browser's otherwise, with an upload.
 * @returns its path for the host, or null when nothing was chosen.
 */
export async function chooseFile(
  connection: Connection,
  info: SystemInfo | null,
  filterName: string,
  endings: readonly string[],
): Promise<string | null> {
  if (connection.shell !== null) {
    const filters = [{ name: filterName, extensions: [...endings] }];
    const [file] = await connection.shell.openFiles({ filters, multiple: false });
    return file ?? null;
  }
  const file = await browserFile(endings);
  return file === null ? null : hostPath(connection, info, file);
}

function browserFile(endings: readonly string[]): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = endings.map((ending) => `.${ending}`).join(',');
    input.addEventListener('change', () => resolve(input.files?.[0] ?? null));
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}

/** What the preload script of the desktop offers beside the ports. */
interface DesktopFiles {
  readonly workbenchFiles?: { readonly pathOf: (file: File) => string };
}

/** The path under which the host can read a file that the page holds, which in web mode is uploaded first. */
export async function hostPath(connection: Connection, info: SystemInfo | null, file: File): Promise<string> {
  const native = (window as DesktopFiles).workbenchFiles?.pathOf(file) ?? '';
  if (native !== '') return native;
  if (info?.uploadUrl === null || info === null) return file.name;
  const address = new URL(info.uploadUrl, location.href);
  address.searchParams.set('name', file.name);
  if (connection.token !== null) address.searchParams.set('token', connection.token);
  const response = await fetch(address, { method: 'POST', body: file });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && typeof answer === 'object' && answer !== null && 'path' in answer) {
    return String(answer.path);
  }
  throw new WorkbenchError(
    'data/unreadable',
    `${file.name} could not be uploaded (status ${response.status})`,
  );
}
