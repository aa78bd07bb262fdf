import { z } from 'zod';

/** What the engine's process is told, beside the ports that come along. */
export const engineOrderSchema = z.discriminatedUnion('order', [
  /** A window's end of a wire is in the ports of this message. */
  z.strictObject({ order: z.literal('serve') }),
  /** Save what trains, close all projects, and end. */
  z.strictObject({ order: z.literal('close') }),
]);

export type EngineReport =
  | { readonly report: 'ready' }
  /** Whether a run trains or waits. */
  | { readonly report: 'busy'; readonly busy: boolean };
