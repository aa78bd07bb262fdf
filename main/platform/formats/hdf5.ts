import { WorkbenchError } from '../../../engine/base/errors.ts';
import {
  type ArrayFacts,
  type ArrayOptions,
  chooseArrays,
  tableOfArrays,
} from '../../../engine/data/formats/array-table.ts';
import { largestWhole } from '../../../engine/data/formats/cells.ts';
import { maximumValues, type SourceArray } from '../../../engine/data/formats/npy.ts';
import { beginsWith } from './begins-with.ts';
import type { FormatReader } from './format-reader.ts';

const signature = '\x89HDF\r\n\x1a\n';
const maximumArrays = 1000;
const deepest = 16;

/** Arrays of an HDF5 file, chosen by their path. */
export const hdf5Reader: FormatReader = {
  format: 'hdf5',
  endings: ['h5', 'hdf5', 'hdf', 'he5'],
  // The signature may also stand after a block of 512, 1024, ... bytes.
  matches: (head) => [0, 512, 1024, 2048].some((at) => beginsWith(head, signature, at)),
  read: async (part, config) => {
    const h5 = await import('h5wasm/node');
    await h5.ready;
    const options: ArrayOptions = {
      name: part.name,
      path: config.path,
      labels: config.labels,
      shape: config.shape,
    };
    let file: InstanceType<typeof h5.File> | null = null;
    try {
      file = new h5.File(part.path, 'r');
      const facts: ArrayFacts[] = [];
      const visit = (group: InstanceType<typeof h5.Group>, path: string, depth: number): void => {
        for (const key of group.keys()) {
          if (facts.length >= maximumArrays || depth > deepest) return;
          const name = path === '' ? key : `${path}/${key}`;
          const item = group.get(key);
          if (item instanceof h5.Group) visit(item, name, depth + 1);
          else if (item instanceof h5.Dataset) {
            const kind = kindOf(item.metadata.type);
            if (kind !== null && item.shape !== null) facts.push({ name, shape: item.shape, kind });
          }
        }
      };
      visit(file, '', 0);
      const choice = chooseArrays(facts, options);
      const open = file;
      const read = (name: string): SourceArray => {
        const item = open.get(name);
        const fact = facts.find((candidate) => candidate.name === name);
        if (!(item instanceof h5.Dataset) || fact === undefined) throw damaged(part.name);
        const count = fact.shape.reduce((product, size) => product * size, 1);
        if (count > maximumValues) {
          throw new WorkbenchError(
            'data/too-large',
            `The array "${name}" has ${count} values; at most ${maximumValues} are read`,
            { where: part.name, hint: 'Save it in several files, or as a Parquet or CSV file.' },
          );
        }
        return arrayOf(fact, item.value, count, part.name);
      };
      const labels = choice.labels === null ? null : read(choice.labels);
      return {
        kind: 'parsed',
        table: tableOfArrays(read(choice.values), labels, options, choice.notes),
        found: { path: choice.values, labels: choice.labels },
        choices: { paths: facts.map(({ name }) => name) },
      };
    } catch (cause) {
      throw cause instanceof WorkbenchError ? cause : damaged(part.name, cause);
    } finally {
      try {
        file?.close();
      } catch {
        // A damaged file may not close; the process goes on without it.
      }
    }
  },
};

/** By the classes of the HDF5 library: 0 whole, 1 real, 3 text, 8 enumeration. */
function kindOf(type: number): ArrayFacts['kind'] | null {
  if (type === 0) return 'integer';
  if (type === 1) return 'number';
  if (type === 3) return 'text';
  return type === 8 ? 'boolean' : null;
}

function arrayOf(
  { name, shape, kind }: ArrayFacts,
  value: unknown,
  count: number,
  where: string,
): SourceArray {
  const cells =
    Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value as ArrayLike<unknown>) : [value];
  if (cells.length !== count) throw damaged(where);
  if (kind === 'text') {
    return { name, shape, kind, values: new Float64Array(0), texts: cells.map(String) };
  }
  const values = Float64Array.from(cells, Number);
  if (kind === 'integer' && values.some((cell) => Math.abs(cell) >= largestWhole)) {
    return { name, shape, kind: 'text', values: new Float64Array(0), texts: cells.map(String) };
  }
  return { name, shape, kind, values, texts: [] };
}

function damaged(where: string, cause?: unknown): WorkbenchError {
  const reason = cause instanceof Error ? `: ${cause.message.split('\n')[0]?.slice(0, 120) ?? ''}` : '';
  return new WorkbenchError('data/unreadable', `The HDF5 file cannot be read${reason}`, {
    where,
    hint: 'Check it with h5dump, or save it again.',
    cause,
  });
}
