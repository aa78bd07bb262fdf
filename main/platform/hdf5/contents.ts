/** An array of an HDF5 file; `type` is the class of the HDF5 library: 0 whole, 1 real, 3 text, 8 enumeration. */
export interface Hdf5Array {
  readonly path: string;
  readonly shape: readonly number[];
  readonly type: number;
}

/** What an HDF5 file holds, but for the values of its arrays. Paths are joined by "/"; "" is the file itself. */
export interface Hdf5Contents {
  readonly arrays: readonly Hdf5Array[];
  /** Names of the members of each group, in the order of the file. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Attributes of groups that are texts, by path and name. */
  readonly texts: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Values of an array in row-major order, as the library gives them; 64-bit integers are bigints. */
export type Hdf5Values = ArrayBufferView | readonly unknown[];

/** Asked of the thread, one after the other. `memory` is what the library may take for it, in bytes. */
export type Hdf5Question = { readonly file: string; readonly memory: number } & (
  | { readonly ask: 'contents' }
  | { readonly ask: 'values'; readonly paths: readonly string[] }
);

export type Hdf5Answer =
  | { readonly answer: 'ready' }
  | { readonly answer: 'contents'; readonly contents: Hdf5Contents }
  | { readonly answer: 'values'; readonly values: readonly Hdf5Values[] }
  | { readonly answer: 'failed'; readonly reason: string };
