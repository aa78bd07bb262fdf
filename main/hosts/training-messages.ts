import type { MessagePort } from 'node:worker_threads';
import type { RunEvent } from '../../engine/contract/events.ts';
import type { Fault } from '../../engine/contract/rpc/common.ts';
import type { TrainingTask } from '../services/runs/trainer.ts';

/** What the thread that trains is told. */
export type TrainingOrder =
  | { readonly order: 'start'; readonly task: TrainingTask }
  | { readonly order: 'pause' | 'resume' | 'stop' }
  | { readonly order: 'rate'; readonly factor: number }
  | { readonly order: 'keep'; readonly name: string }
  /** Answers the oldest wish for a port to the page that computes on the graphics card. */
  | { readonly order: 'gpu'; readonly answer: MessagePort | { readonly reason: string } };

/** What the thread is started with. */
export interface TrainingStart {
  /** Whether the graphics card is reached through a page: inside Electron. */
  readonly gpuPage: boolean;
}

/** What it tells. */
export type TrainingReport =
  | { readonly report: 'events'; readonly events: readonly RunEvent[] }
  /** A port to the page that computes on the graphics card is wanted. */
  | { readonly report: 'gpu' }
  | { readonly report: 'end' }
  | { readonly report: 'failed'; readonly fault: Fault };
