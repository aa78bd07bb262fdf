import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { programRoot } from '../../platform/root.ts';
import { userFolders } from '../../platform/user-folders.ts';
import { createServiceHost } from '../../hosts/service-host.ts';
import { BrowserGpu, startBrowserGpu } from '../../server/browser-gpu.ts';
import { startServer, transferPaths } from '../../server/server.ts';
import { folderGuard } from '../../services/projects/path-guard.ts';
import { createThreadTrainer } from '../../hosts/thread-trainer.ts';
import { Workbench } from '../../services/workbench/workbench.ts';
import { listenForInterruption } from '../interruption.ts';
import { parseCount, parsePort } from '../options.ts';
import { createTerminal } from '../terminal.ts';

interface Options {
  readonly port: number;
  readonly maxUpload: number;
  readonly json?: boolean;
}

/** `gru serve`: the workbench in a browser. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('open the workbench in a browser')
    .description(
      'Serves the workbench on 127.0.0.1 to whoever has the address that is printed, which holds a secret. From ' +
        'another machine, open a tunnel first: ssh -L 8080:127.0.0.1:PORT MACHINE. Ctrl-C saves what trains and ends.',
    )
    .argument('[dir]', 'a project, or a folder of projects; nothing outside it can be reached', '.')
    .option('--port <number>', 'the port; any that is free by default', parsePort, 0)
    .option(
      '--max-upload <megabytes>',
      'size of the largest file to upload',
      parseCount('--max-upload'),
      8192,
    )
    .option('--json', 'print the address as one JSON object')
    .action(serve);
}

async function serve(dir: string, { port, maxUpload, json }: Options): Promise<void> {
  const terminal = createTerminal(json === true);
  const folder = resolve(dir);
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() !== true) {
    throw new WorkbenchError('usage/invalid', 'There is no such folder', { where: folder });
  }
  const isProject = (await stat(join(folder, 'project.json')).catch(() => null)) !== null;
  const browserGpu = new BrowserGpu();
  const host = createServiceHost(() => startBrowserGpu(browserGpu));
  const workbench = new Workbench({
    host,
    trainer: createThreadTrainer(() => browserGpu.open),
    guard: folderGuard(folder),
    configuration: userFolders().configuration,
    projects: isProject ? dirname(folder) : folder,
    start: isProject ? folder : null,
    kind: 'web',
    transfer: transferPaths,
  });
  if (isProject) await workbench.open(folder);
  const server = await startServer({
    workbench,
    page: join(programRoot(), 'out', 'renderer'),
    port,
    browserGpu,
    uploads: join(folder, 'uploads'),
    uploadLimit: maxUpload * 2 ** 20,
  });
  terminal.emit({ address: server.address, port: server.port });
  if (!terminal.json) terminal.print(server.address);
  const interruption = listenForInterruption(
    (text) => terminal.say(text),
    () => undefined,
  );
  try {
    await aborted(interruption.signal);
  } finally {
    await server.close();
    await workbench.close();
    interruption.end();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
