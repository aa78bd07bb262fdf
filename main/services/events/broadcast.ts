import { Channel } from './channel.ts';

/** Tells everyone who listens at the moment. */
export class Broadcast<Item> {
  readonly #listeners = new Set<Channel<Item>>();

  /** How many listen. */
  get size(): number {
    return this.#listeners.size;
  }

  subscribe(): Channel<Item> {
    const channel = new Channel<Item>(() => this.#listeners.delete(channel));
    this.#listeners.add(channel);
    return channel;
  }

  send(item: Item): void {
    for (const listener of this.#listeners) listener.push(item);
  }

  end(): void {
    for (const listener of [...this.#listeners]) listener.end();
  }
}
