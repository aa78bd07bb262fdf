import type { MessagePort } from 'node:worker_threads';
import type { Hdf5Answer, Hdf5Array, Hdf5Contents, Hdf5Question, Hdf5Values } from './contents.ts';
import { MemoryLimit } from './memory-limit.ts';

/** Arrays and groups looked at, and how deep: more than any honest file has. */
const maximumItems = 20_000;
const deepest = 32;
const textType = 3;

type Library = typeof import('h5wasm/node');

/** Answers questions about HDF5 files until the thread is ended. Failures are answers too. */
export async function answerHdf5(port: MessagePort): Promise<void> {
  const limit = new MemoryLimit(Number.POSITIVE_INFINITY);
  const library = await import('h5wasm/node');
  // Errors are thrown; otherwise the library prints its stack on standard error.
  (await library.ready).activate_throwing_error_handler();
  const tell = (answer: Hdf5Answer): void => port.postMessage(answer);
  port.on('message', (question: Hdf5Question) => {
    limit.bytes = question.memory;
    try {
      tell(withFile(library, question));
    } catch (error) {
      // The library is of no use after an abort: the thread ends, and the next file gets another.
      if (isAbort(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      tell({ answer: 'failed', reason: reason.split('\n')[0]?.slice(0, 160) ?? '' });
    }
  });
  tell({ answer: 'ready' });
}

function withFile(library: Library, question: Hdf5Question): Hdf5Answer {
  const file = new library.File(question.file, 'r');
  try {
    return question.ask === 'contents'
      ? { answer: 'contents', contents: contentsOf(library, file) }
      : { answer: 'values', values: question.paths.map((path) => valuesOf(library, file, path)) };
  } finally {
    try {
      file.close();
    } catch {
      // A damaged file may not close; the thread goes on without it.
    }
  }
}

function contentsOf(library: Library, file: InstanceType<Library['File']>): Hdf5Contents {
  const arrays: Hdf5Array[] = [];
  const groups = new Map<string, readonly string[]>();
  const texts = new Map<string, ReadonlyMap<string, string>>();
  const visit = (group: InstanceType<Library['Group']>, path: string, depth: number): void => {
    const names = group.keys();
    groups.set(path, names);
    texts.set(path, textsOf(group));
    if (depth > deepest) return;
    for (const name of names) {
      if (arrays.length + groups.size >= maximumItems) return;
      const inside = path === '' ? name : `${path}/${name}`;
      const item = memberOf(group, name);
      if (item instanceof library.Group) visit(item, inside, depth + 1);
      else if (item instanceof library.Dataset && item.shape !== null) {
        arrays.push({ path: inside, shape: item.shape, type: item.metadata.type });
      }
    }
  };
  visit(file, '', 0);
  return { arrays, groups, texts };
}

/** Null for what cannot be read: the rest of the file may be sound. */
function memberOf(group: InstanceType<Library['Group']>, name: string): unknown {
  try {
    return group.get(name);
  } catch (error) {
    if (isAbort(error)) throw error;
    return null;
  }
}

/** What the WebAssembly engine throws when the library aborts. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'RuntimeError';
}

function textsOf(group: InstanceType<Library['Group']>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [name, attribute] of Object.entries(group.attrs)) {
    // Lists are not needed, and a damaged one takes gigabytes.
    if (attribute.metadata.type !== textType || attribute.shape?.length !== 0) continue;
    const { value } = attribute;
    if (typeof value === 'string') texts.set(name, value);
    else if (value instanceof Uint8Array) texts.set(name, new TextDecoder().decode(value));
  }
  return texts;
}

function valuesOf(library: Library, file: InstanceType<Library['File']>, path: string): Hdf5Values {
  const item = file.get(path);
  if (!(item instanceof library.Dataset)) throw new Error(`There is no array "${path}"`);
  const value: unknown = item.value;
  return Array.isArray(value) || ArrayBuffer.isView(value) ? value : [value];
}
