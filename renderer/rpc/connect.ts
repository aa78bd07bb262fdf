import type { Connection } from './client.ts';
import { connectDesktop, isDesktop } from './desktop.ts';
import { connectWeb } from './web.ts';

/** The connection that this page has: to the desktop, to a server, or, in a build for tests, to made-up data. */
export async function connect(): Promise<Connection> {
  if (import.meta.env.MODE === 'mock') {
    const { connectMock } = await import('./mock/connect.ts');
    return connectMock();
  }
  return isDesktop() ? connectDesktop() : connectWeb();
}
