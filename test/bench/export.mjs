/**
 * How long each exporter takes for a model of ten million parameters: node test/bench/export.mjs
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module: exports } = await runnerImport(fileURLToPath(new URL('exports.ts', import.meta.url)), {
  configFile: false,
  logLevel: 'error',
});

for await (const { format, seconds, processorSeconds, megabytes } of exports.measureExports()) {
  console.log(
    `${format.padEnd(24)} ${seconds.toFixed(2)} s (${processorSeconds.toFixed(2)} s of processor)  ${megabytes.toFixed(0)} MB`,
  );
}
