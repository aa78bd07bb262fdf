import { snakeCase } from '../export/keras/file.ts';
import type { modelConfigSchema } from './keras-config.ts';
import type { z } from 'zod';

/** An HDF5 file read by the platform. Paths are joined by "/"; a path that is not there gives null or nothing. */
export interface Hdf5File {
  text(path: string, attribute: string): string | null;
  /** Names of the members of a group. */
  names(path: string): readonly string[];
  array(path: string): { readonly shape: readonly number[]; readonly values: Float32Array } | null;
}

/** Reads the bytes of an HDF5 file; throws anything when they are none. */
export type OpenHdf5 = (bytes: Uint8Array) => Promise<Hdf5File>;

export type Layers = z.infer<typeof modelConfigSchema>['config']['layers'];

export type Hdf5Weights = { readonly shape: readonly number[]; readonly values: Float32Array };
/** The weights of layer `index`: `side` is "" or the direction of a bidirectional layer. */
export type Weights = (
  index: number,
  side: '' | 'forward' | 'backward',
  name: 'kernel' | 'recurrent' | 'bias',
) => Hdf5Weights | null;

const order = { kernel: 0, recurrent: 1, bias: 2 } as const;

/** Keras 3 names the groups of its layers by class, counting: gru, gru_1, dense, ... */
export function keras3Groups(layers: Layers): readonly string[] {
  const counts = new Map<string, number>();
  return layers.map(({ class_name }) => {
    const snake = snakeCase(class_name);
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    return count === 0 ? snake : `${snake}_${count}`;
  });
}

/** Weights of Keras 3, given the groups of the layers in layers/. */
export function keras3Weights(file: Hdf5File, groups: readonly string[]): Weights {
  return (index, side, name) => {
    const base = `layers/${groups[index]}`;
    const cell = side === '' ? base : `${base}/${side}_layer`;
    const place = order[name];
    return (
      file.array(`${cell}/cell/vars/${place}`) ??
      file.array(`${cell}/vars/${name === 'bias' ? 1 : place}`) ??
      file.array(`${base}/layer/vars/${name === 'bias' ? 1 : place}`)
    );
  };
}

const legacyNames = {
  kernel: /^(kernel|embeddings)(:0)?$/,
  recurrent: /^recurrent_kernel(:0)?$/,
  bias: /^bias(:0)?$/,
};

/** Keras 2 keeps <layer>/<layer>/gru_cell/kernel:0: the datasets of a layer are told by their names. */
export function legacyWeights(file: Hdf5File, groups: readonly string[]): Weights {
  const find = (path: string, pattern: RegExp, side: string, depth: number): Hdf5Weights | null => {
    if (depth > 6) return null;
    for (const name of file.names(path)) {
      const inside = `${path}/${name}`;
      const wrongSide = side !== '' && new RegExp(side === 'forward' ? 'backward' : 'forward').test(name);
      if (wrongSide) continue;
      const found = pattern.test(name) ? file.array(inside) : find(inside, pattern, side, depth + 1);
      if (found !== null) return found;
    }
    return null;
  };
  return (index, side, name) => find(groups[index] ?? '', legacyNames[name], side, 0);
}
