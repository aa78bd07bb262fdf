import type { Command } from 'commander';
import { keyTableMarkdown } from '../../services/config/key-table.ts';
import { experimentSchemaText } from '../../services/config/schema.ts';

/** `gru schema`: what may stand in config.json. */
export function addSchema(program: Command): void {
  program
    .command('schema')
    .summary('print what may stand in config.json')
    .description('Prints the JSON Schema of config.json, or a table of its keys.')
    .option('--markdown', 'print a table of the keys')
    .action((options: { readonly markdown?: boolean }) => {
      process.stdout.write(options.markdown === true ? keyTableMarkdown() : experimentSchemaText());
    });
}
