import type { Command } from 'commander';
import { importNetwork } from '../../services/models/import-network.ts';
import { formatAmount } from '../format.ts';
import { createHost } from '../host.ts';
import { describeMetrics } from '../summary.ts';
import { createTerminal } from '../terminal.ts';
import { addBackendOptions, type BackendOptions } from './train.ts';

interface Options extends BackendOptions {
  readonly json?: boolean;
}

/** `gru import-model`: a network of another tool becomes a run of this project. */
export function addImportModel(program: Command): void {
  const command = program
    .command('import-model')
    .summary('bring in a network of another tool')
    .description(
      'Reads a network from an ONNX, Keras (.keras, .h5), PyTorch (.pt, .pth) or safetensors file as a finished run of ' +
        'the project, and measures it on the test part. Nothing in the file is executed. Train it further with ' +
        '"gru train DIR --from RUN".',
    )
    .argument('<dir>', 'folder of the project whose data the network is for')
    .argument('<file>', 'the model file');
  addBackendOptions(command)
    .option('--json', 'print one JSON object')
    .action(async (folder: string, file: string, { json, ...wish }: Options) => {
      const terminal = createTerminal(json === true);
      const result = await importNetwork(createHost(), { folder, file, ...wish });
      terminal.emit(result);
      if (terminal.json) return;
      terminal.print(`${result.run}: ${result.format}, ${formatAmount(result.parameters, 'parameter')}`);
      for (const note of result.notes) terminal.print(note);
      terminal.print(`\n${describeMetrics(result.metrics)}`);
    });
}
