import { dataEndings } from '../../../engine/contract/files.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import {
  type ArrayFacts,
  type ArrayOptions,
  chooseArrays,
  tableOfArrays,
} from '../../../engine/data/formats/array-table.ts';
import { largestWhole } from '../../../engine/data/formats/cells.ts';
import { maximumValues, type SourceArray } from '../../../engine/data/formats/npy.ts';
import type { Hdf5Values } from '../hdf5/contents.ts';
import { countOf, Hdf5Reader } from '../hdf5/hdf5-reader.ts';
import { beginsWith } from './begins-with.ts';
import type { FormatReader, PartReading } from './format-reader.ts';

const signature = '\x89HDF\r\n\x1a\n';

/** Arrays of an HDF5 file, chosen by their path. */
export const hdf5Reader: FormatReader = {
  format: 'hdf5',
  endings: dataEndings.hdf5,
  // The signature may also stand after a block of 512, 1024, ... bytes.
  matches: (head) => [0, 512, 1024, 2048].some((at) => beginsWith(head, signature, at)),
  read: async (part, config) => {
    const options: ArrayOptions = {
      name: part.name,
      path: config.path,
      labels: config.labels,
      shape: config.shape,
    };
    const reader = new Hdf5Reader();
    try {
      return await readHdf5(reader, part.path, options);
    } finally {
      await reader.close();
    }
  },
};

/** The chosen arrays as a table. @throws `data/unreadable`, `data/too-large` */
export async function readHdf5(
  reader: Hdf5Reader,
  file: string,
  options: ArrayOptions,
): Promise<PartReading> {
  try {
    return await readArrays(reader, file, options);
  } catch (cause) {
    throw cause instanceof WorkbenchError ? cause : damaged(options.name, cause);
  }
}

async function readArrays(reader: Hdf5Reader, file: string, options: ArrayOptions): Promise<PartReading> {
  const { arrays } = await reader.contents(file);
  const facts: ArrayFacts[] = arrays.flatMap(({ path, shape, type }) => {
    const kind = kindOf(type);
    return kind === null ? [] : [{ name: path, shape, kind }];
  });
  const choice = chooseArrays(facts, options);
  const read = async (name: string): Promise<SourceArray> => {
    const array = arrays.find(({ path }) => path === name);
    const fact = facts.find((candidate) => candidate.name === name);
    if (array === undefined || fact === undefined) throw damaged(options.name);
    const count = countOf(array);
    if (count > maximumValues) {
      throw new WorkbenchError(
        'data/too-large',
        `The array "${name}" has ${count} values; at most ${maximumValues} are read`,
        { where: options.name, hint: 'Save it in several files, or as a Parquet or CSV file.' },
      );
    }
    const [values] = await reader.values(file, [array]);
    if (values === undefined) throw damaged(options.name);
    return arrayOf(fact, values, count, options.name);
  };
  const labels = choice.labels === null ? null : await read(choice.labels);
  return {
    kind: 'parsed',
    table: tableOfArrays(await read(choice.values), labels, options, choice.notes),
    found: { path: choice.values, labels: choice.labels },
    choices: { paths: facts.map(({ name }) => name) },
  };
}

/** By the classes of the HDF5 library: 0 whole, 1 real, 3 text, 8 enumeration. */
function kindOf(type: number): ArrayFacts['kind'] | null {
  if (type === 0) return 'integer';
  if (type === 1) return 'number';
  if (type === 3) return 'text';
  return type === 8 ? 'boolean' : null;
}

function arrayOf(
  { name, shape, kind }: ArrayFacts,
  value: Hdf5Values,
  count: number,
  where: string,
): SourceArray {
  const cells = Array.from(value as ArrayLike<unknown>);
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
