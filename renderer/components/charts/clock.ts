import { createContext, use } from 'react';
import { Tick } from '../../metrics/tick.ts';

const ClockContext = createContext(
  new Tick({
    frame: (callback) => requestAnimationFrame(callback),
    later: (callback, milliseconds) => setTimeout(callback, milliseconds),
    now: () => performance.now(),
  }),
);

/** The one clock by which all charts of the window are drawn. */
export function useClock(): Tick {
  return use(ClockContext);
}
