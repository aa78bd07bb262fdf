/** What both ends of a wire must agree on before the contract speaks. */

/** Web mode: the path of the WebSocket, with the launch's token as the query `token`. */
export const webSocketPath = '/rpc';

/**
 * Desktop: the page posts `ready` to itself; the preload script answers with `engine` and one MessagePort (again after
 * every restart of the engine), and with `shell` and one MessagePort.
 */
export const portMessages = {
  ready: 'workbench:ready',
  engine: 'workbench:engine',
  shell: 'workbench:shell',
} as const;
