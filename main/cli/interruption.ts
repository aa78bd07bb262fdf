import { exitCodes } from './exit-codes.ts';

/**
 * Ctrl-C. The first one asks training to stop after the step in progress and save; the second ends the process at
 * once, which loses the steps since the last checkpoint and nothing else.
 */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  end(): void;
}

/** @param leave what is to be put right before the process ends at once: the cursor that a bar hides. */
export function listenForInterruption(say: (text: string) => void, leave: () => void): Interruption {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      leave();
      process.exit(exitCodes.interrupted);
    }
    controller.abort();
    say('\nStopping after the step in progress and saving. Press Ctrl-C again to stop at once.');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    end: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
