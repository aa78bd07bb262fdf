import { createContext, use } from 'react';
import { Tick } from '../../metrics/tick.ts';

/** Messages come after the frame in which they are sent was painted. */
function afterPaint(): (callback: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (callback) => {
    waiting.push(callback);
    port2.postMessage(null);
  };
}

const ClockContext = createContext(
  new Tick({
    frame: (callback) => requestAnimationFrame(callback),
    painted: afterPaint(),
    later: (callback, milliseconds) => setTimeout(callback, milliseconds),
    now: () => performance.now(),
  }),
);

/** The one clock by which all charts of the window are drawn. */
export function useClock(): Tick {
  return use(ClockContext);
}
