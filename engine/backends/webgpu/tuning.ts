/** What of the adapter, and of a person's wish, decides how work is cut. */
export interface Tuning {
  /** Most invocations of a workgroup. */
  readonly invocations: number;
  /** Bytes of memory that a workgroup shares. */
  readonly workgroupBytes: number;
  /**
   * Least invocations of a subgroup, where subgroups are runs of neighbors in the order of their index; 0 without
   * subgroups.
   */
  readonly subgroup: number;
  /** Elements of the largest buffer of floats; what is more goes into further ones. */
  readonly bankElements: number;
  /**
   * How a recurrence runs: whole sequences in a dispatch, a workgroup for some samples; or one dispatch a timestep for
   * all samples. Layer normalization always takes whole sequences.
   */
  readonly recurrence: 'auto' | 'sequence' | 'steps';
  /** How matrices are multiplied: by tiles in workgroup memory, or each element by itself. */
  readonly products: 'auto' | 'tiled' | 'direct';
  /** Places of ways by the keys of choices, where they were measured; the usual way otherwise. */
  readonly ways: { get(key: string): number | undefined };
}
