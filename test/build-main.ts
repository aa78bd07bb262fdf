import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Once before all tests: threads and processes that tests start run the bundle of the present sources. */
export function setup(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const bin = fileURLToPath(new URL('../node_modules/electron-vite/bin/electron-vite.js', import.meta.url));
  const built = spawnSync(process.execPath, [bin, 'build'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, BUILD_ONLY: 'main' },
  });
  if (built.status !== 0) throw new Error(`The bundle was not built: ${built.stdout}${built.stderr}`);
}
