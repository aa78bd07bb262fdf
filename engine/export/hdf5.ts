/** What an HDF5 file holds: groups of groups, float32 data sets and text attributes. */
export interface Hdf5Group {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly groups?: ReadonlyMap<string, Hdf5Group>;
  readonly datasets?: ReadonlyMap<string, Hdf5Dataset>;
}

export interface Hdf5Dataset {
  readonly shape: readonly number[];
  /** In row order. */
  readonly values: Float32Array;
}

/** Makes the bytes of an HDF5 file; given by the host, since the format needs a library. */
export interface Hdf5Writer {
  write(root: Hdf5Group): Promise<Uint8Array>;
}
