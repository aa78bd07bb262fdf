import { z } from 'zod';
import { errorCodes } from '../../base/errors.ts';
import { backendNames } from '../../contract/backend-name.ts';
import { type Plan, programNames } from '../../plan/plan.ts';

/** Values of one message at most: 4 MB of float32. */
export const chunkValues = 1 << 20;
/** Runs that were sent and not yet answered; beyond them the sender waits. */
export const maximumUnanswered = 8;

/** Something that carries structured-clone messages in order. */
export interface BackendPort {
  post(message: unknown): void;
  onMessage(handler: (message: unknown) => void): void;
  /** Called once when the other end is gone, with what is known of the reason. */
  onClose(handler: (reason: string) => void): void;
  close(): void;
}

const values = z.custom<Float32Array | Float64Array | Int32Array>(
  (value) => value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array,
);
const id = z.int();
const executable = z.int();
const slot = z.int().min(0);

/** A plan is made by the program itself; its outline is checked and its ops are taken as they are. */
const planSchema = z.custom<Plan>(
  (plan) =>
    typeof plan === 'object' && plan !== null && 'extent' in plan && 'slots' in plan && 'programs' in plan,
);

export const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('prepare'), id, executable, plan: planSchema }),
  z.strictObject({
    kind: z.literal('write'),
    executable,
    slot,
    /** Where in the slot this piece starts; a write is complete with the piece that ends at `total`. */
    offset: z.int().min(0),
    total: z.int().min(0),
    values,
  }),
  z.strictObject({
    kind: z.literal('read'),
    id,
    executable,
    slot,
    type: z.enum(['float', 'int']),
    count: z.int().min(0),
  }),
  z.strictObject({
    kind: z.literal('run'),
    id,
    executable,
    program: z.enum(programNames),
    timesteps: z.int().min(0),
    batch: z.int().min(0),
  }),
  z.strictObject({ kind: z.literal('dispose'), executable }),
]);
export type Request = z.infer<typeof requestSchema>;

const info = z.strictObject({
  name: z.enum(backendNames),
  precision: z.enum(['float32', 'float64']),
  description: z.string(),
  threads: z.int(),
  software: z.boolean().exactOptional(),
  resultsBehind: z.int().min(0).exactOptional(),
});

export const replySchema = z.discriminatedUnion('kind', [
  /** The first message: the backend is there. */
  z.strictObject({ kind: z.literal('ready'), info }),
  /** Instead of `ready`: it is not, and why. */
  z.strictObject({ kind: z.literal('unavailable'), reason: z.string() }),
  z.strictObject({ kind: z.literal('done'), id }),
  z.strictObject({ kind: z.literal('values'), id, offset: z.int().min(0), total: z.int().min(0), values }),
  z.strictObject({
    kind: z.literal('failed'),
    /** null for a write, which nobody waits for. */
    id: id.nullable(),
    code: z.enum(errorCodes),
    message: z.string(),
    where: z.string().nullable(),
    hint: z.string().nullable(),
  }),
]);
export type Reply = z.infer<typeof replySchema>;
