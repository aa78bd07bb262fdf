// Gathers what gpu.sh needs on a machine without network, Node or build into one folder of at most 60 MB:
//
//   node test/bench/pack-gpu.mjs FOLDER
//
// This Node, our side in one file, Dawn for Linux on x64, and the scripts. node and dawn.node are packed with gzip.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const limit = 60 * 1000 * 1000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.argv[2];
if (folder === undefined || folder.startsWith('-'))
  throw new Error('Name the folder to make: node test/bench/pack-gpu.mjs FOLDER');

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const here = join(root, 'test', 'bench');

await build({
  configFile: false,
  logLevel: 'warn',
  root,
  build: {
    ssr: true,
    target: 'node20',
    outDir: folder,
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: { ours: join(here, 'gpu', 'entry.ts') },
      external: ['webgpu'],
      output: { format: 'es', entryFileNames: '[name].mjs', codeSplitting: false },
    },
  },
  ssr: { noExternal: true, external: ['webgpu'] },
});

const scripts = ['gpu.sh', 'gpu/compare.mjs', 'gpu/peers.py'];
for (const script of scripts) copyFileSync(join(here, script), join(folder, script.split('/').at(-1)));
const dawn = join(root, 'node_modules', 'webgpu');
mkdirSync(join(folder, 'webgpu'));
for (const name of ['package.json', 'index.js']) copyFileSync(join(dawn, name), join(folder, 'webgpu', name));

copyFileSync(process.execPath, join(folder, 'node'));
copyFileSync(join(dawn, 'dist', 'linux-x64', 'dawn.node'), join(folder, 'dawn.node'));
// Without symbols it is an eighth smaller; where there is no strip it goes as it is.
spawnSync('strip', [join(folder, 'node')]);
for (const name of ['node', 'dawn.node']) {
  const path = join(folder, name);
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 6 }));
  rmSync(path);
}

const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
console.log(`${folder}: ${(bytes / 1e6).toFixed(1)} MB. There: bash gpu.sh`);
if (bytes > limit) throw new Error(`The folder is larger than ${limit / 1e6} MB`);
