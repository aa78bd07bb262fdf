import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { workbenchContract } from '../../engine/contract/rpc/contract.ts';
import { createServiceHost } from '../../main/hosts/service-host.ts';
import { BrowserGpu } from '../../main/server/browser-gpu.ts';
import { type RunningServer, startServer, transferPaths } from '../../main/server/server.ts';
import { folderGuard } from '../../main/services/projects/path-guard.ts';
import { createTrainer } from '../../main/services/runs/trainer.ts';
import { createRouter } from '../../main/services/workbench/router.ts';
import { Workbench } from '../../main/services/workbench/workbench.ts';
import { portEndpoint } from '../../main/wire/port-endpoint.ts';
import { createClient, createWireServer } from '../../main/wire/wires.ts';

export type Client = ContractRouterClient<typeof workbenchContract>;

/** A workbench on a scratch folder, and a server for it. */
export interface Bench {
  readonly folder: string;
  readonly workbench: Workbench;
  readonly server: RunningServer;
  readonly browserGpu: BrowserGpu;
  close(): Promise<void>;
}

export const uploadLimit = 100_000;

export async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'gru-bench-'));
  const host = createServiceHost();
  const workbench = new Workbench({
    host,
    trainer: createTrainer(host),
    guard: folderGuard(folder),
    configuration: join(folder, 'configuration'),
    projects: folder,
    start: null,
    kind: 'web',
    transfer: transferPaths,
  });
  const browserGpu = new BrowserGpu();
  const server = await startServer({
    workbench,
    page: join(folder, 'page'),
    port: 0,
    uploads: join(folder, 'uploads'),
    uploadLimit,
    browserGpu,
  });
  return {
    folder,
    browserGpu,
    workbench,
    server,
    close: async () => {
      await server.close();
      await workbench.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One client over a wire, and what breaks the wire. */
export interface Connected {
  readonly client: Client;
  cut(): void;
}

export interface Wire {
  readonly name: string;
  connect(bench: Bench): Promise<Connected>;
}

/** Every way in which the contract is served. */
export const wires: readonly Wire[] = [
  {
    name: 'in process',
    connect: async ({ workbench }) => ({
      client: createClient(createRouter(workbench)) as unknown as Client,
      cut: () => undefined,
    }),
  },
  {
    name: 'message port',
    connect: async ({ workbench }) => {
      const { port1, port2 } = new MessageChannel();
      createWireServer(createRouter(workbench)).serve(portEndpoint(port1));
      const link = new PortLink({ port: port2 as never });
      port2.start();
      return { client: createORPCClient<Client>(link), cut: () => port2.close() };
    },
  },
  {
    name: 'web socket',
    connect: async (bench) => {
      const socket = await openSocket(bench);
      const link = new SocketLink({ websocket: socket as unknown as globalThis.WebSocket });
      return { client: createORPCClient<Client>(link), cut: () => socket.terminate() };
    },
  },
];

/** A web socket that is let in. */
export async function openSocket({ server }: Bench): Promise<WebSocket> {
  const origin = `http://127.0.0.1:${server.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc?token=${server.token}`, { origin });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}
