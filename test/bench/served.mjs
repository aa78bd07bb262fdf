import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

/** The command line as it is built. */
export const bin = fileURLToPath(new URL('../../main/cli/bin.mjs', import.meta.url));

/** The browser that the tests use. */
export async function launchBrowser() {
  const file = fileURLToPath(new URL('../support/browser.ts', import.meta.url));
  const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' });
  return module.launchBrowser();
}

/** `gru serve FOLDER`. @returns the process, and the address that it prints. */
export async function serve(folder) {
  const served = spawn(process.execPath, [bin, 'serve', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const address = await new Promise((resolve) => {
    for (const stream of [served.stdout, served.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        const found = /http:\/\/127\.0\.0\.1:\S+/.exec(line);
        if (found !== null) resolve(found[0]);
      });
    }
  });
  return { served, address };
}
