import { z } from 'zod';

/** What the engine's process is told, beside the ports that come along. */
export const engineOrderSchema = z.discriminatedUnion('order', [
  /** A window's end of a wire is in the ports of this message. */
  z.strictObject({ order: z.literal('serve') }),
  /** The port in this message leads to the page that computes on the graphics card: the answer to the wish of this id. */
  z.strictObject({ order: z.literal('gpu'), id: z.int() }),
  /** There is no such page, and why. */
  z.strictObject({ order: z.literal('noGpu'), id: z.int(), reason: z.string() }),
  /** Save what trains, close all projects, and end. */
  z.strictObject({ order: z.literal('close') }),
]);

export type EngineReport =
  | { readonly report: 'ready' }
  /** A port to the page that computes on the graphics card is wanted. */
  | { readonly report: 'gpu'; readonly id: number }
  /** Whether a run trains or waits. */
  | { readonly report: 'busy'; readonly busy: boolean };
