import { implement } from '@orpc/server';
import { workbenchContract } from '../../../engine/contract/rpc/contract.ts';

/** The contract, ready to be given a handler for every procedure; one that is forgotten does not compile. */
export function createImplementer() {
  return implement(workbenchContract);
}

export type Implementer = ReturnType<typeof createImplementer>;
