import type { RunEvent } from '../../engine/contract/events.ts';
import type { Fault } from '../../engine/contract/rpc/common.ts';
import type { TrainingTask } from '../services/runs/trainer.ts';

/** What the thread that trains is told. */
export type TrainingOrder =
  | { readonly order: 'start'; readonly task: TrainingTask }
  | { readonly order: 'pause' | 'resume' | 'stop' }
  | { readonly order: 'rate'; readonly factor: number }
  | { readonly order: 'keep'; readonly name: string };

/** What it tells. */
export type TrainingReport =
  | { readonly report: 'events'; readonly events: readonly RunEvent[] }
  | { readonly report: 'end' }
  | { readonly report: 'failed'; readonly fault: Fault };
