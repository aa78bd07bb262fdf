import type { RunEvent } from '../../engine/contract/events.ts';
import { exitCodes } from './exit-codes.ts';
import { formatPath } from './format.ts';
import { listenForInterruption } from './interruption.ts';
import { createProgress } from './progress.ts';
import { summarize } from './summary.ts';
import { createTerminal } from './terminal.ts';

/** Shows a run as it goes, lets Ctrl-C stop it, and sums it up. */
export async function followRun(
  folder: string,
  json: boolean,
  start: (signal: AbortSignal) => AsyncIterable<RunEvent>,
): Promise<void> {
  const terminal = createTerminal(json);
  const progress = createProgress(terminal);
  const interruption = listenForInterruption(
    (text) => terminal.say(text),
    () => progress.end(),
  );
  try {
    for await (const event of start(interruption.signal)) {
      progress.show(event);
      if (event.event !== 'done') continue;
      if (event.reason === 'interrupted') {
        terminal.say(
          `${event.id} is saved at step ${event.step}. Go on with: gru resume ${formatPath(folder)} ${event.id}`,
        );
        process.exitCode = exitCodes.interrupted;
      } else if (!json) terminal.print(summarize(event, folder));
    }
  } finally {
    progress.end();
    interruption.end();
  }
}
