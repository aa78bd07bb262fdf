import { type Backend, type BackendName, backendNames } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';

/** A backend the table is run on, or why it is not on this machine. */
export type Candidate =
  | { readonly name: BackendName; readonly outcome: 'present'; readonly backend: Backend }
  | { readonly name: BackendName; readonly outcome: 'backend-absent'; readonly reason: string };

export const reference: Backend = createReferenceBackend();

/**
 * Backends that must be there: portable always, since it needs nothing but a JavaScript engine, and those that the
 * environment variable REQUIRE_BACKENDS names (`REQUIRE_BACKENDS=native,portable`). A misspelled name is an error.
 */
export function requiredBackends(
  environment: string | undefined = process.env.REQUIRE_BACKENDS,
): ReadonlySet<BackendName> {
  const names = (environment ?? '').split(',').map((name) => name.trim());
  const required = new Set<BackendName>(['portable']);
  for (const name of names.filter((text) => text !== '')) {
    const known = backendNames.find((candidate) => candidate === name);
    if (known === undefined) {
      throw new Error(`REQUIRE_BACKENDS names "${name}"; there are ${backendNames.join(', ')}`);
    }
    required.add(known);
  }
  return required;
}
