/** What both ends of a wire must agree on before the contract speaks. */

/** Web mode: the path of the WebSocket, with the launch's token as the query `token`. */
export const webSocketPath = '/rpc';

/**
 * Web mode: the path of the WebSocket over which a browser offers its graphics card. It is told numbers there, and opens
 * another one with each of them as the query `id`, for one backend.
 */
export const gpuSocketPath = '/gpu';

/**
 * Desktop: the page posts `ready` to itself; the preload script answers with `engine` and one MessagePort (again after
 * every restart of the engine), and with `shell` and one MessagePort. The hidden page that computes on the graphics card
 * is given `gpu` and one MessagePort for every backend.
 */
export const portMessages = {
  ready: 'workbench:ready',
  engine: 'workbench:engine',
  shell: 'workbench:shell',
  gpu: 'workbench:gpu',
} as const;
