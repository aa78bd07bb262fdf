import type { Backend } from '../../engine/backends/backend.ts';
import type { BackendCandidate } from '../../engine/backends/select.ts';
import type { RunRecord } from '../../engine/contract/run.ts';
import type { Decision } from '../../engine/data/propose.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import type { StorePlatform } from '../../engine/store/file-system.ts';
import type { BackendWish } from './runs/assemble.ts';

/** What the services are given of the machine and the program. */
export interface ServiceHost {
  readonly store: StorePlatform;
  readonly program: RunRecord['program'];
  /** All that this machine may compute with. @param threads null for one per core. */
  backends(threads: number | null): readonly BackendCandidate[];
  /**
   * The backend a person wished for that can compute a plan, and what was chosen on the way.
   * Rejects with `backend/unavailable` or `backend/unsupported`.
   */
  openBackend(wish: BackendWish, plan: Plan): Promise<OpenedBackend>;
  /** Bytes of memory that the process holds now. */
  residentBytes(): number;
  /** Milliseconds from any origin, never going back. */
  now(): number;
  /** Lets other work of the process happen: signals, timers. */
  pause(): Promise<void>;
}

export interface OpenedBackend {
  readonly backend: Backend;
  readonly decisions: readonly Decision[];
}
