import OfferThread from '../gpu-host/offer.ts?worker';

const storageKey = 'workbench.gpuOffer';

/** Offers this browser's graphics card to the server that the page came from, for as long as the page is open. */
export class GpuOffer {
  readonly #address: URL;
  #thread: Worker | null = null;

  /** @param address of the socket for offers. What a person chose before holds. */
  constructor(address: URL) {
    this.#address = address;
    if (localStorage.getItem(storageKey) === 'yes') void this.#start();
  }

  get offered(): boolean {
    return this.#thread !== null;
  }

  /** Resolves when the server has heard of it. */
  async set(offered: boolean): Promise<void> {
    if (offered === this.offered) return;
    localStorage.setItem(storageKey, offered ? 'yes' : 'no');
    if (offered) return this.#start();
    this.#thread?.terminate();
    this.#thread = null;
  }

  #start(): Promise<void> {
    const thread = new OfferThread();
    this.#thread = thread;
    return new Promise((resolve) => {
      thread.addEventListener('message', () => resolve(), { once: true });
      thread.postMessage(this.#address.href);
    });
  }
}
