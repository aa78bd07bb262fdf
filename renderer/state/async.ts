import { useCallback, useEffect, useRef, useState } from 'react';
import type { Fault } from '../../engine/contract/rpc/common.ts';
import { toFault } from '../rpc/fault.ts';

/** Something that is fetched: the four states a view must show. */
export type Async<T> =
  | { readonly status: 'idle' }
  | { readonly status: 'loading'; readonly previous: T | null }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly fault: Fault };

/** The last value there was, also while a newer one is loading. */
export function lastValue<T>(state: Async<T>): T | null {
  if (state.status === 'ready') return state.value;
  return state.status === 'loading' ? state.previous : null;
}

/**
 * Loads something whenever `key` changes; `null` as key is idle. An answer that arrives after a newer question is
 * dropped. The second result asks again.
 */
export function useAsync<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
): [state: Async<T>, again: () => void] {
  const [state, setState] = useState<Async<T>>({ status: 'idle' });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks again for the same key.
  useEffect(() => {
    if (key === null) {
      setState({ status: 'idle' });
      return;
    }
    const controller = new AbortController();
    setState((before) => ({ status: 'loading', previous: lastValue(before) }));
    latest.current(controller.signal).then(
      (value) => !controller.signal.aborted && setState({ status: 'ready', value }),
      (error: unknown) => !controller.signal.aborted && setState({ status: 'failed', fault: toFault(error) }),
    );
    return () => controller.abort();
  }, [key, round]);
  return [state, useCallback(() => setRound((count) => count + 1), [])];
}
