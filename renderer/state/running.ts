import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunNews } from '../../engine/contract/rpc/runs.ts';
import type { Connection } from '../rpc/client.ts';
import { lastFloat } from '../rpc/packed.ts';
import { subscribe } from '../rpc/subscribe.ts';

/** What the thin bar says of the run that trains: a few numbers, twice a second. */
export interface RunningState {
  readonly run: string | null;
  readonly step: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number | null;
  readonly loss: number | null;
  /** Seconds to the last epoch at the pace of the last seconds; null before it is known. */
  readonly secondsLeft: number | null;
  readonly paused: boolean;
  /** The last epoch that ended, for people who listen. */
  readonly endedEpoch: { readonly epoch: number; readonly loss: number | null } | null;
}

export type RunningStore = StoreApi<RunningState>;

const nothing: RunningState = {
  run: null,
  step: 0,
  epoch: 0,
  epochs: 0,
  stepsPerEpoch: null,
  loss: null,
  secondsLeft: null,
  paused: false,
  endedEpoch: null,
};

/** Between two changes of the bar, in milliseconds: faster than that nobody reads. */
const interval = 500;

/** Follows the run that trains; `follow(null)` when there is none. */
export interface Running {
  readonly store: RunningStore;
  readonly follow: (project: string | null, run: string | null, step: number) => void;
}

export function createRunning({ workbench, wire }: Connection): Running {
  const store = createStore<RunningState>(() => nothing);
  let leave: (() => void) | null = null;
  let followed: string | null = null;

  const follow = (project: string | null, run: string | null, step: number) => {
    const key = run === null ? null : `${project}/${run}`;
    if (key === followed) return;
    followed = key;
    leave?.();
    leave = null;
    store.setState(nothing);
    if (project === null || run === null) return;
    let pending: Partial<RunningState> = {};
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pace = new Pace();
    const tell = (change: Partial<RunningState>) => {
      pending = { ...pending, ...change };
      timer ??= setTimeout(() => {
        timer = undefined;
        const state = { ...store.getState(), ...pending };
        pending = {};
        store.setState({ ...state, secondsLeft: pace.secondsLeft(state) });
      }, interval);
    };
    const stop = subscribe({
      wire,
      open: (signal) => workbench.runs.follow({ project, run, position: step }, { signal }),
      news: (news) => tell(changeOf(news, pace)),
      // The bar shows what the list of runs says; the Train screen shows why.
      failed: () => undefined,
    });
    store.setState({ run });
    leave = () => {
      clearTimeout(timer);
      stop();
    };
  };
  return { store, follow };
}

function changeOf(news: RunNews, pace: Pace): Partial<RunningState> {
  switch (news.kind) {
    case 'steps': {
      const step = lastFloat(news.columns.step, 'float64');
      if (step === null) return {};
      pace.add(step, performance.now());
      return {
        step,
        loss: lastFloat(news.columns.loss, 'float32'),
        epoch: lastFloat(news.columns.epoch, 'float32') ?? 0,
      };
    }
    case 'view':
      return {
        step: news.view.record.step,
        epochs: news.view.epochs,
        stepsPerEpoch: news.view.stepsPerEpoch,
        paused: news.view.paused,
      };
    case 'event':
      if (news.event.event !== 'epoch') return {};
      return {
        endedEpoch: { epoch: news.event.epoch, loss: news.event.metrics['validation.loss'] ?? null },
      };
    case 'current':
      return {};
  }
}

/** Steps a second over the last seconds. */
class Pace {
  #marks: { readonly step: number; readonly at: number }[] = [];

  add(step: number, at: number): void {
    this.#marks.push({ step, at });
    while (this.#marks.length > 2 && at - (this.#marks[0]?.at ?? at) > 10_000) this.#marks.shift();
  }

  secondsLeft({ step, epochs, stepsPerEpoch }: RunningState): number | null {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || stepsPerEpoch === null) return null;
    const seconds = (last.at - first.at) / 1000;
    if (seconds < 0.5 || last.step <= first.step) return null;
    return Math.max(0, ((epochs * stepsPerEpoch - step) * seconds) / (last.step - first.step));
  }
}
