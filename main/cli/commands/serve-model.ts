import type { Command } from 'commander';
import { programVersion } from '../../platform/root.ts';
import { startModelServer } from '../../server/model-server.ts';
import { ServedModel } from '../../services/models/served-model.ts';
import { createHost } from '../host.ts';
import { listenForInterruption } from '../interruption.ts';
import { parsePort } from '../options.ts';
import { createTerminal } from '../terminal.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly port: number;
  readonly json?: boolean;
}

/** `gru serve-model`: a trained model as a service of this machine. */
export function addServeModel(program: Command): void {
  const command = program
    .command('serve-model')
    .summary('let other programs ask a model for predictions')
    .description(
      'Answers HTTP requests on 127.0.0.1: POST /predict takes {"rows": [...]} with the columns of the training file ' +
        'and prepares them as training did; GET /openapi.json describes it. Ctrl-C ends it.',
    )
    .argument('<dir>', 'folder of the project')
    .argument('[run]', 'the run; the newest finished one by default')
    .option('--port <number>', 'the port; any that is free by default', parsePort, 0);
  addBackendOptions(command)
    .option('--json', 'print the address as one JSON object')
    .action(async (folder: string, run: string | undefined, { port, json, ...wish }: Options) => {
      const terminal = createTerminal(json === true);
      const model = await ServedModel.open(createHost(), {
        folder,
        ...(run === undefined ? {} : { run }),
        ...wish,
      });
      const server = await startModelServer({ model, port, version: programVersion() });
      terminal.emit({ address: server.address, run: model.run.record.id });
      if (!terminal.json) {
        terminal.print(`${model.run.record.id}, ${model.weights.source}: ${server.address}`);
        terminal.print(`Try: curl ${server.address}/openapi.json`);
      }
      const interruption = listenForInterruption(
        (text) => terminal.say(text),
        () => undefined,
      );
      try {
        await new Promise<void>((resolve) => {
          interruption.signal.addEventListener('abort', () => resolve(), { once: true });
        });
      } finally {
        await server.close();
        interruption.end();
      }
    });
}
