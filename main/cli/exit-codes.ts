import { WorkbenchError } from '../../engine/base/errors.ts';

/** What the program exits with. */
export const exitCodes = {
  success: 0,
  /** Something went wrong that is none of the below. */
  failure: 1,
  /** The command or the configuration is wrong. */
  usage: 2,
  /** The data is wrong. */
  data: 3,
  /** The loss stopped being a number. */
  diverged: 4,
  /** The project is in use, damaged, cannot be written, or is none. */
  store: 5,
  /** Stopped by a person (128 + SIGINT). */
  interrupted: 130,
  /** Whoever read the output has gone (128 + SIGPIPE). */
  readerGone: 141,
} as const;

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof WorkbenchError)) return exitCodes.failure;
  if (error.code === 'train/diverged') return exitCodes.diverged;
  if (error.code === 'train/interrupted' || error.code === 'data/canceled') return exitCodes.interrupted;
  const [area] = error.code.split('/');
  if (area === 'usage' || area === 'config') return exitCodes.usage;
  if (area === 'data') return exitCodes.data;
  return area === 'store' ? exitCodes.store : exitCodes.failure;
}
