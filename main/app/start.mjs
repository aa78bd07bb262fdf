#!/usr/bin/env node
/** `npm start`: the desktop program, or the workbench in a browser where there is no display or no Electron. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const electron = join(root, 'node_modules', 'electron');

if (!existsSync(join(root, 'out', 'main', 'app.mjs'))) {
  console.error('The program is not built yet. Run: npm run build');
  process.exit(1);
}
const missing = withoutDisplay() ?? withoutElectron();
const child = missing === null ? startDesktop() : startWeb(missing);
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 0) : 1));
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name));

function withoutDisplay() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return null;
  return 'There is no display here';
}

/** Electron's own program is fetched by its package when it is first needed. */
function withoutElectron() {
  if (binary() !== null) return null;
  const installer = join(electron, 'install.js');
  if (!existsSync(installer)) return 'Electron is not installed';
  console.error('Fetching the program of Electron, which happens once.');
  spawnSync(process.execPath, [installer], { cwd: electron, stdio: 'ignore', timeout: 300_000 });
  return binary() === null ? 'The program of Electron could not be fetched' : null;
}

function binary() {
  const path = join(electron, 'path.txt');
  if (!existsSync(path)) return null;
  const program = join(electron, 'dist', readFileSync(path, 'utf8').trim());
  return existsSync(program) ? program : null;
}

function startDesktop() {
  return spawn(binary(), [root, ...process.argv.slice(2)], { stdio: 'inherit' });
}

function startWeb(reason) {
  const folder = process.env.GRU_WORKBENCH_HOME
    ? join(process.env.GRU_WORKBENCH_HOME, 'projects')
    : join(homedir(), 'Documents', 'GRU Workbench');
  mkdirSync(folder, { recursive: true });
  console.error(`${reason}, so the workbench opens in a browser. Projects are in ${folder}.`);
  console.error('Open this address:');
  return spawn(process.execPath, [join(root, 'main', 'cli', 'bin.mjs'), 'serve', folder], {
    stdio: 'inherit',
  });
}
