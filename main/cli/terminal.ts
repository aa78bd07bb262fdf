import { describeError, WorkbenchError } from '../../engine/base/errors.ts';
import type { RunEvent } from '../../engine/contract/events.ts';

/**
 * Where the program speaks. Results go to stdout, everything else to stderr; with `--json` only JSON lines go to
 * stdout, and nothing to stderr.
 */
export interface Terminal {
  /** Whether a person watches stderr, so that a progress bar can move. */
  readonly interactive: boolean;
  readonly json: boolean;
  /** A result. */
  print(text: string): void;
  /** A word on the way; silent with `--json`. */
  say(text: string): void;
  /** One JSON line; only with `--json`. */
  emit(value: unknown): void;
}

export function createTerminal(json: boolean): Terminal {
  return {
    interactive: !json && process.stderr.isTTY === true,
    json,
    print: (text) => {
      process.stdout.write(`${text}\n`);
    },
    say: (text) => {
      if (!json) process.stderr.write(`${text}\n`);
    },
    emit: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
  };
}

/** An error as the last event of a run. */
export function errorEvent(error: unknown): Extract<RunEvent, { event: 'error' }> {
  if (error instanceof WorkbenchError) {
    const { code, message, where, hint } = error;
    return { event: 'error', code, message, where: where ?? null, hint: hint ?? null };
  }
  return { event: 'error', code: 'internal', message: describeError(error), where: null, hint: null };
}

/** Says what went wrong. The stack is for whoever mends the program: GRU_DEBUG=1 shows it. */
export function reportError(error: unknown, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(errorEvent(error))}\n`);
  else process.stderr.write(`${describeError(error)}\n`);
  if (process.env.GRU_DEBUG === '1') {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    if (error instanceof Error && error.cause !== undefined)
      process.stderr.write(`caused by ${String(error.cause)}\n`);
  }
}
