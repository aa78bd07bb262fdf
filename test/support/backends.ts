import type { Backend, BackendName } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';

/** A backend that the table is run on, or why it is not here. */
export type Candidate =
  | { readonly name: BackendName; readonly outcome: 'present'; readonly backend: Backend }
  | { readonly name: BackendName; readonly outcome: 'backend-absent'; readonly reason: string };

export const reference: Backend = createReferenceBackend();
