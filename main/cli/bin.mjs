#!/usr/bin/env node
/** Starts the command line that `npm run build` makes. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bundle = new URL('../../out/main/cli.mjs', import.meta.url);
if (existsSync(fileURLToPath(bundle))) {
  const { main } = await import(bundle.href);
  await main(process.argv.slice(2));
} else {
  process.stderr.write('The program is not built yet. Run: npm run build\n');
  process.exitCode = 1;
}
