import type { RunNews, RunView } from '../../../engine/contract/rpc/runs.ts';
import { Channel } from '../events/channel.ts';
import type { RunLog } from './run-log.ts';

/** Least time between two pieces of news, in milliseconds. */
const newsInterval = 250;
/** Steps in one piece: about 2 MB on the wire. */
const stepsInPiece = 50_000;
/** Pieces that may wait for a slow reader; more are made when it has read them. */
const waitingPieces = 4;

export interface Followed {
  /** The run's log as it is now: another one once it is resumed. */
  log(): Promise<RunLog>;
  view(): Promise<RunView>;
  /** Calls back when the run's state has changed. @returns what ends that. */
  onChange(listener: () => void): () => void;
}

/**
 * What a run has told from a position on, and then its news as they come, at most four times a second however fast
 * it trains. Ends when the signal is aborted.
 * @param position steps that the reader has already.
 */
export function followRun(
  followed: Followed,
  position: number,
  signal: AbortSignal | undefined,
): Channel<RunNews> {
  const follower = new Follower(followed, position);
  follower.start();
  return follower.channel.endWith(signal);
}

class Follower {
  readonly channel: Channel<RunNews>;
  readonly #followed: Followed;
  readonly #stopChanges: () => void;
  #log: RunLog | null = null;
  #stopLog: () => void = () => undefined;
  #steps: number;
  #events = 0;
  #current = false;
  #viewChanged = true;
  #sending = false;
  #again = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(followed: Followed, position: number) {
    this.#followed = followed;
    this.#steps = position;
    this.#stopChanges = followed.onChange(() => {
      this.#viewChanged = true;
      this.#wake();
    });
    this.channel = new Channel<RunNews>(() => {
      this.#stopChanges();
      this.#stopLog();
      if (this.#timer !== null) clearTimeout(this.#timer);
    });
  }

  start(): void {
    this.#sending = true;
    this.#again = false;
    this.#send().then(
      () => {
        this.#sending = false;
        if (this.#again) this.#wake();
      },
      (error: unknown) => this.channel.fail(error),
    );
  }

  #wake(): void {
    this.#again = true;
    if (this.#timer !== null || this.#sending) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.start();
    }, newsInterval);
  }

  async #send(): Promise<void> {
    const log = await this.#present();
    const complete = this.#sendSteps(log);
    this.#events = Math.min(this.#events, log.events.length);
    for (const event of log.events.slice(this.#events)) this.channel.push({ kind: 'event', event });
    this.#events = log.events.length;
    if (this.#viewChanged) {
      this.#viewChanged = false;
      this.channel.push({ kind: 'view', view: await this.#followed.view() });
    }
    if (complete && !this.#current) {
      this.#current = true;
      this.channel.push({ kind: 'current' });
    }
    if (!complete) this.#again = true;
  }

  /** The log, listened to. */
  async #present(): Promise<RunLog> {
    const log = await this.#followed.log();
    if (log !== this.#log) {
      this.#stopLog();
      this.#log = log;
      this.#stopLog = log.listen(() => this.#wake());
    }
    return log;
  }

  /** Resolves to whether all were sent; a slow reader is given the rest later. */
  #sendSteps(log: RunLog): boolean {
    // A resumed run may have fewer steps than before.
    this.#steps = Math.min(this.#steps, log.stepCount);
    while (this.#steps < log.stepCount) {
      if (this.channel.length >= waitingPieces) return false;
      const end = Math.min(log.stepCount, this.#steps + stepsInPiece);
      this.channel.push({ kind: 'steps', position: end, columns: log.pack(this.#steps, end) });
      this.#steps = end;
    }
    return true;
  }
}
