import type { Wire } from './client.ts';

interface Subscription<News> {
  readonly wire: Wire;
  /** Opens the stream; called again after the wire was lost. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<News>>;
  /** Reads the state anew, once the stream is open, so that nothing falls between the two. */
  readonly snapshot?: () => Promise<void>;
  readonly news: (news: News) => void;
  /** Called when the stream cannot be had although the wire is open. */
  readonly failed: (error: unknown) => void;
}

/** Follows a stream across lost connections: open, snapshot, news, and again. Returns what ends it. */
export function subscribe<News>(subscription: Subscription<News>): () => void {
  const controller = new AbortController();
  void follow(subscription, controller.signal);
  return () => controller.abort();
}

async function follow<News>(subscription: Subscription<News>, signal: AbortSignal): Promise<void> {
  const { wire, open, snapshot, news, failed } = subscription;
  while (!signal.aborted) {
    // A stream of a host that died may never say that it ended; the wire does.
    const lost = new AbortController();
    const leave = wire.listen(() => {
      if (wire.state === 'lost') lost.abort();
    });
    try {
      const link = await wire.ready(signal);
      const stream = await orAborted(open(AbortSignal.any([signal, lost.signal])), lost.signal);
      if (snapshot !== undefined) await orAborted(snapshot(), lost.signal);
      const items = stream[Symbol.asyncIterator]();
      for (;;) {
        const item = await orAborted(items.next(), lost.signal);
        if (signal.aborted) return;
        if (item.done === true) break;
        news(item.value);
      }
      // The serving side ended the stream: nothing more will come.
      if ((await wire.ready(signal)) === link) return;
    } catch (error) {
      if (signal.aborted) return;
      if (!lost.signal.aborted && wire.state === 'open') {
        failed(error);
        return;
      }
    } finally {
      leave();
    }
  }
}

/** What a promise resolves to; rejects at once when the signal is aborted before. */
async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let listener = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    listener = () => reject(new Error('aborted'));
    if (signal.aborted) listener();
  });
  signal.addEventListener('abort', listener, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', listener);
  }
}
