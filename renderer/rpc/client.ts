import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { workbenchContract } from '../../engine/contract/rpc/contract.ts';
import type { GpuOffer } from './gpu-offer.ts';
import type { shellContract } from '../../engine/contract/rpc/shell.ts';

/** Everything the engine host answers, typed by the contract. */
export type Workbench = ContractRouterClient<typeof workbenchContract>;
/** What the desktop shell answers. */
export type Shell = ContractRouterClient<typeof shellContract>;

type Link = ClientLink<ClientContext>;
export type WireState = 'connecting' | 'open' | 'lost';

/** The one connection of a window. Its clients stay the same objects while the wire beneath is replaced. */
export interface Connection {
  readonly workbench: Workbench;
  /** null outside the desktop. */
  readonly shell: Shell | null;
  readonly wire: Wire;
  /** Credential that web mode wants beside uploads and downloads; null elsewhere. */
  readonly token: string | null;
  /** Web mode in a browser with WebGPU: its graphics card can compute for the server. null elsewhere. */
  readonly gpu: Pick<GpuOffer, 'offered' | 'set'> | null;
}

/** The wire to the engine host: calls wait for it to open, and its listeners hear when it is lost and found. */
export class Wire {
  #state: WireState = 'connecting';
  #link: Link | undefined;
  #restore: ((workbench: Workbench) => Promise<unknown>) | null = null;
  readonly #waiting = new Set<(link: Link) => void>();
  readonly #listeners = new Set<() => void>();

  get state(): WireState {
    return this.#state;
  }

  /** Calls wait until the host is again what it was; one that has died has forgotten what was open. */
  open(link: Link): void {
    const use = () => this.#use(link);
    // What could not be restored is told by the first call that needs it.
    if (this.#restore === null) use();
    else this.#restore(createORPCClient<Workbench>(link)).then(use, use);
  }

  /** What is done with a new link before anybody else uses it; null for nothing. */
  restoreWith(restore: ((workbench: Workbench) => Promise<unknown>) | null): void {
    this.#restore = restore;
  }

  #use(link: Link): void {
    this.#link = link;
    this.#state = 'open';
    for (const resolve of this.#waiting) resolve(link);
    this.#waiting.clear();
    this.#tell();
  }

  lose(): void {
    this.#link = undefined;
    this.#state = 'lost';
    this.#tell();
  }

  /** Calls `listener` after every change of state, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with the link, now or when there is one; rejects when `signal` is aborted before. */
  ready(signal?: AbortSignal): Promise<Link> {
    if (this.#link !== undefined) return Promise.resolve(this.#link);
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      signal?.addEventListener('abort', () => {
        this.#waiting.delete(resolve);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      });
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A client whose calls go over whatever link the wire has at that moment. */
export function clientOver(wire: Wire): Workbench {
  return createORPCClient<Workbench>({
    call: async (path, input, options) => (await wire.ready(options.signal)).call(path, input, options),
  });
}
