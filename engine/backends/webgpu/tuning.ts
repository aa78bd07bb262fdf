/** What of the adapter decides how work is cut. */
export interface Tuning {
  /** Most invocations of a workgroup. */
  readonly invocations: number;
  /** Bytes of memory that a workgroup shares. */
  readonly workgroupBytes: number;
}
