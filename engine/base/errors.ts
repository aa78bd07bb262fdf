/**
 * The one error type that crosses module boundaries. A person reads `message` (what happened), `where`
 * (row, column, key, file) and `hint` (what to do); the log keeps `cause`.
 */

/** Every code the program can report. The prefix groups them by the part that speaks. */
export const errorCodes = [
  'config/invalid',
  'config/unknown-key',
  'config/impossible',
  'data/missing-file',
  'data/unreadable',
  'data/not-text',
  'data/ragged-rows',
  'data/empty',
  'data/missing-values',
  'data/not-finite',
  'data/constant-column',
  'data/unknown-column',
  'data/no-target',
  'data/bad-time',
  'data/duplicate-times',
  'data/too-short',
  'data/too-wide',
  'data/too-large',
  'data/unsafe-archive',
  'data/bad-query',
  'data/canceled',
  'data/unknown-category',
  'model/unknown-parameter',
  'model/shape-mismatch',
  'backend/unavailable',
  'backend/unsupported',
  'backend/self-test-failed',
  'backend/lost',
  'train/diverged',
  'train/interrupted',
  'store/not-a-project',
  'store/not-open',
  'store/exists',
  'store/in-use',
  'store/damaged',
  'store/no-run',
  'store/no-version',
  'store/no-checkpoint',
  'store/disk-full',
  'store/read-only',
  'store/failed',
  'store/newer-version',
  'export/unsupported',
  'import/damaged',
  'import/unsupported',
  'import/mismatch',
  'usage/invalid',
  'access/refused',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface WorkbenchErrorDetails {
  /** Where it happened, for a person: `sales.csv, row 14, column "price"`. */
  readonly where?: string;
  /** What to do about it, one sentence in the imperative. */
  readonly hint?: string;
  /** Machine-readable facts (row numbers, keys, limits). JSON values only. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class WorkbenchError extends Error {
  override readonly name = 'WorkbenchError';
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: WorkbenchErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.where = details.where;
    this.hint = details.hint;
    this.data = details.data ?? {};
  }
}

/** The sentence a person sees: what, where, and what to do. */
export function describeError(error: unknown): string {
  if (!(error instanceof WorkbenchError)) {
    return `Something unexpected happened: ${error instanceof Error ? error.message : String(error)}`;
  }
  const where = error.where === undefined ? '' : ` (${error.where})`;
  const hint = error.hint === undefined ? '' : ` ${error.hint}`;
  return `${error.message}${where}${/[.!?]$/.test(error.message + where) ? '' : '.'}${hint}`;
}

/** Narrows away `undefined` where an index is known to be valid; a failure is a bug of ours. */
export function assertDefined<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) {
    throw new WorkbenchError('internal', `${what} is missing`);
  }
  return value;
}

/** Makes a `switch` over a closed union fail to compile when a case is forgotten. */
export function assertNever(value: never): never {
  throw new WorkbenchError('internal', `Unhandled case: ${JSON.stringify(value)}`);
}
