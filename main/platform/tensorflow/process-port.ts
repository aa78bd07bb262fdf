import type { BackendPort } from '../../../engine/backends/remote/protocol.ts';

/** The end of a channel between two Node processes (`serialization: 'advanced'`, so that typed arrays stay typed). */
interface MessageChannelEnd {
  send?(message: unknown): boolean;
  on(event: 'message', handler: (message: unknown) => void): unknown;
  once(event: 'exit', handler: (code: number | null, signal: string | null) => void): unknown;
  once(event: 'disconnect', handler: () => void): unknown;
}

/** @param close ends the other process, or leaves this one. */
export function processPort(end: MessageChannelEnd, close: () => void): BackendPort {
  return {
    post: (message) => {
      end.send?.(message);
    },
    onMessage: (handler) => {
      end.on('message', handler);
    },
    onClose: (handler) => {
      let told = false;
      const tell = (reason: string): void => {
        if (told) return;
        told = true;
        handler(reason);
      };
      end.once('exit', (code, signal) => tell(signal === null ? `exit code ${code}` : `signal ${signal}`));
      end.once('disconnect', () => tell('its channel closed'));
    },
    close,
  };
}
