import { type IpcMain, type IpcMainEvent, MessageChannelMain, type MessagePortMain } from 'electron';
import { z } from 'zod';
import { pageOrigin } from './protocol.ts';

/** What a preload script sends with its question, so that the answer is known to be for it. */
const nonceSchema = z.uuid();

/** What the broker needs to know of a window. */
interface Asker {
  /** Hands over a port of the shell or of the engine. */
  offer(kind: 'engine' | 'shell', port: MessagePortMain): void;
}

export interface PortReceivers {
  /** False while no engine serves: a port is offered once one does. */
  engine(port: MessagePortMain): boolean;
  shell(port: MessagePortMain): void;
}

/**
 * Hands every window that asks one end of a wire to the engine and of one to the shell. Only the main frame of the
 * program's own page is answered, and only with the number it asked with.
 */
export class PortBroker {
  readonly #receivers: PortReceivers;
  readonly #askers = new Map<number, Asker>();

  constructor(ipc: IpcMain, receivers: PortReceivers) {
    this.#receivers = receivers;
    ipc.on('ports:request', (event, nonce: unknown) => this.#answer(event, nonce));
  }

  /** A new engine serves: every window gets a new port to it. */
  renewEngine(): void {
    for (const asker of this.#askers.values()) this.#give(asker, 'engine');
  }

  #answer(event: IpcMainEvent, nonce: unknown): void {
    const { senderFrame: frame, sender } = event;
    const parsed = nonceSchema.safeParse(nonce);
    if (!parsed.success || frame === null || frame.origin !== pageOrigin || frame.parent !== null) return;
    const asker: Asker = {
      offer: (kind, port) => {
        if (!sender.isDestroyed()) frame.postMessage('ports:offer', { nonce: parsed.data, kind }, [port]);
      },
    };
    if (!this.#askers.has(sender.id)) sender.once('destroyed', () => this.#askers.delete(sender.id));
    this.#askers.set(sender.id, asker);
    this.#give(asker, 'engine');
    this.#give(asker, 'shell');
  }

  #give(asker: Asker, kind: 'engine' | 'shell'): void {
    const { port1, port2 } = new MessageChannelMain();
    if (kind === 'shell') this.#receivers.shell(port1);
    else if (!this.#receivers.engine(port1)) return;
    asker.offer(kind, port2);
  }
}
