import { startPageGpu } from '../platform/webgpu/page-gpu.ts';
import { userFolders } from '../platform/user-folders.ts';
import { openGuard } from '../services/projects/path-guard.ts';
import { createRouter } from '../services/workbench/router.ts';
import { Workbench } from '../services/workbench/workbench.ts';
import { type EventPort, portEndpoint } from '../wire/port-endpoint.ts';
import { createWireServer } from '../wire/wires.ts';
import { type EngineReport, engineOrderSchema } from './engine-messages.ts';
import { GpuDoor } from './gpu-door.ts';
import { createServiceHost } from './service-host.ts';
import { createThreadTrainer } from './thread-trainer.ts';

/** Between two looks whether something trains, in milliseconds. */
const busyInterval = 500;

/** Electron's end of the channel to the process that started this one. */
interface ParentPort {
  on(
    event: 'message',
    listener: (message: { readonly data: unknown; readonly ports: readonly EventPort[] }) => void,
  ): unknown;
  postMessage(message: EngineReport): void;
}

const { parentPort } = process as { readonly parentPort?: ParentPort };
if (parentPort === undefined) {
  process.stderr.write('This program is started by the desktop program.\n');
  process.exitCode = 1;
} else serve(parentPort);

/** Projects, data and runs of the desktop program, served over the ports that its main process hands over. */
function serve(parent: ParentPort): void {
  const door = new GpuDoor((id) => parent.postMessage({ report: 'gpu', id }));
  const host = createServiceHost(() => startPageGpu(door.open));
  const folders = userFolders();
  const workbench = new Workbench({
    host,
    trainer: createThreadTrainer(() => door.open),
    guard: openGuard(),
    configuration: folders.configuration,
    projects: folders.projects,
    start: null,
    kind: 'desktop',
    transfer: null,
  });
  const wire = createWireServer(createRouter(workbench));
  let busy = false;
  const look = setInterval(() => {
    const now = workbench.projects.some(({ queue }) => queue.busy);
    if (now !== busy) parent.postMessage({ report: 'busy', busy: now });
    busy = now;
  }, busyInterval);
  parent.on('message', ({ data, ports }) => {
    const order = engineOrderSchema.safeParse(data);
    if (!order.success) return;
    switch (order.data.order) {
      case 'serve':
        for (const port of ports) wire.serve(portEndpoint(port));
        break;
      case 'gpu':
        for (const port of ports) door.give(order.data.id, port);
        break;
      case 'noGpu':
        door.refuse(order.data.id, order.data.reason);
        break;
      case 'close': {
        clearInterval(look);
        const leave = (code: number) => () => process.exit(code);
        workbench.close().then(leave(0), leave(1));
        break;
      }
    }
  });
  parent.postMessage({ report: 'ready' });
}
