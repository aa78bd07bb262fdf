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
    try {
      const link = await wire.ready(signal);
      const stream = await open(signal);
      await snapshot?.();
      for await (const item of stream) {
        if (signal.aborted) return;
        news(item);
      }
      // The serving side ended the stream: nothing more will come.
      if ((await wire.ready(signal)) === link) return;
    } catch (error) {
      if (signal.aborted) return;
      if (wire.state === 'open') {
        failed(error);
        return;
      }
    }
  }
}
