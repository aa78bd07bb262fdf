import { ORPCError } from '@orpc/client';
import { type Fault, faultSchema } from '../../engine/contract/rpc/common.ts';

/** What a failed call tells a person. Anything but a fault of the contract is a bug, and says so. */
export function toFault(error: unknown): Fault {
  if (error instanceof ORPCError) {
    const parsed = faultSchema.safeParse(error.data);
    if (parsed.success) return parsed.data;
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, where: null, hint: null, data: {} };
}
