import h5wasm, { type Group } from 'h5wasm';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Hdf5Group, Hdf5Writer } from '../../../engine/export/hdf5.ts';

/** Writes HDF5 with the HDF5 library itself, compiled to WebAssembly, in memory. */
export const hdf5Writer: Hdf5Writer = {
  write: async (root) => {
    const { FS } = await h5wasm.ready;
    const path = `/export-${crypto.randomUUID()}.h5`;
    const file = new h5wasm.File(path, 'w');
    try {
      fill(file, root);
      file.flush();
    } finally {
      file.close();
    }
    const bytes = FS.readFile(path);
    FS.unlink(path);
    if (bytes instanceof Uint8Array) return bytes;
    throw new WorkbenchError('internal', 'The HDF5 library gave no bytes');
  },
};

function fill(group: Group, content: Hdf5Group): void {
  for (const [name, value] of Object.entries(content.attributes ?? {})) group.create_attribute(name, value);
  for (const [name, { shape, values }] of content.datasets ?? []) {
    group.create_dataset({ name, data: values, shape: [...shape], dtype: '<f4' });
  }
  for (const [name, inside] of content.groups ?? []) fill(group.create_group(name), inside);
}
