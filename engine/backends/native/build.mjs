// Compiles the native backend into build/native/gru_kernels.node by plain compiler calls. Run by `npm install`: without
// a C++ compiler, or if it fails, the program works with the portable backend, so this says so in one line and exits 0.
//
//   node engine/backends/native/build.mjs [--verbose]
//
// $CXX names the compiler; $GRU_NATIVE=off skips the build.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../../..');
const kernels = join(here, '../kernels');
const output = join(root, 'build/native');
const addon = join(output, 'gru_kernels.node');
const stamp = join(output, 'gru_kernels.hash');
const verbose = process.argv.includes('--verbose');

const windows = process.platform === 'win32';
const mac = process.platform === 'darwin';

/** One compilation of all kernels for each of these; the loader picks one by what the processor can do. */
const instructionSets = {
  x64: [
    { name: 'baseline', export: 'kernelsBaseline', flags: [] },
    { name: 'avx2', export: 'kernelsAvx2', flags: ['-mavx2', '-mfma'] },
    {
      name: 'avx512',
      export: 'kernelsAvx512',
      flags: ['-mavx512f', '-mavx512dq', '-mavx512vl', '-mavx512bw', '-mfma', '-mprefer-vector-width=512'],
    },
  ],
  arm64: [{ name: 'neon', export: 'kernelsNeon', flags: [] }],
}[process.arch] ?? [{ name: 'baseline', export: 'kernelsBaseline', flags: [] }];

const commonFlags = ['-std=c++17', '-O3', '-g0', ...(windows ? [] : ['-fPIC', '-fvisibility=hidden'])];
// No errno, traps or exceptions in numeric code; products and sums may be fused, NaN and infinity mean what they mean.
const kernelFlags = [
  '-fno-math-errno',
  '-fno-trapping-math',
  '-ffp-contract=fast',
  '-fno-exceptions',
  '-fno-rtti',
];

function fallBack(reason) {
  console.log(`Native kernels were not built (${reason}); the portable backend will be used.`);
  process.exit(0);
}

function sourcesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function findCompiler() {
  const candidates = process.env.CXX ? [process.env.CXX] : windows ? ['clang++'] : ['c++', 'g++', 'clang++'];
  return candidates.find(
    (candidate) => spawnSync(candidate, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

function headersFolder() {
  try {
    return createRequire(import.meta.url)('node-api-headers').include_dir;
  } catch {
    return undefined;
  }
}

function call(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let message = '';
    child.stderr.on('data', (chunk) => {
      message += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (verbose && message !== '') console.error(message);
      if (code === 0) resolve();
      else
        reject(new Error(message.split('\n').find((line) => line.includes('error')) ?? `exit code ${code}`));
    });
  });
}

/** Runs the calls, as many at a time as there are cores. */
async function callAll(command, jobs) {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await call(command, job);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** Import libraries of the Node-API functions, and the options that look them up in the running executable. */
async function windowsImports(folder) {
  const { js_native_api_def, node_api_def } = createRequire(import.meta.url)('node-api-headers').def_paths;
  const machine = process.arch === 'arm64' ? 'arm64' : 'i386:x86-64';
  const libraries = [js_native_api_def, node_api_def].map((definition, index) => ({
    definition,
    library: join(folder, `imports-${index}.lib`),
  }));
  for (const { definition, library } of libraries) {
    await call('llvm-dlltool', ['-m', machine, '-D', 'node.exe', '-d', definition, '-l', library]);
  }
  return [...libraries.map(({ library }) => library), '-ldelayimp', '-Wl,/DELAYLOAD:node.exe'];
}

async function build() {
  const hostSources = ['addon.cc', 'pool.cc', ...(windows ? ['windows_host.cc'] : [])].map((name) =>
    join(here, name),
  );
  const kernelSources = [kernels, join(kernels, 'gru'), join(kernels, 'ops')].flatMap(sourcesIn);
  const compiler = findCompiler();
  if (compiler === undefined) fallBack(`no C++ compiler, set CXX to one`);
  const headers = headersFolder();
  if (headers === undefined) fallBack('the package node-api-headers is missing');

  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${compiler}\n`);
  for (const file of [...kernelSources, ...sourcesIn(here), fileURLToPath(import.meta.url)]) {
    hash.update(basename(file)).update(readFileSync(file));
  }
  const digest = hash.digest('hex');
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;

  const objects = join(output, `objects-${process.pid}`);
  mkdirSync(objects, { recursive: true });
  try {
    const jobs = [];
    const linked = [];
    const compile = (source, object, flags) => {
      linked.push(object);
      jobs.push([...commonFlags, ...flags, '-c', source, '-o', object]);
    };
    for (const set of instructionSets) {
      const flags = [
        ...kernelFlags,
        ...set.flags,
        `-DKERNEL_NAMESPACE=${set.name}`,
        `-DKERNEL_EXPORT=${set.export}`,
      ];
      for (const source of [
        ...kernelSources.filter((file) => file.endsWith('.cc')),
        join(here, 'entry.cc'),
      ]) {
        const name = relative(root, source).replaceAll(/[\\/]/g, '-');
        compile(source, join(objects, `${set.name}-${name}.o`), flags);
      }
    }
    for (const source of hostSources) {
      const defines = ['-DNAPI_VERSION=8', '-DNODE_API_NO_EXTERNAL_BUFFERS_ALLOWED', `-I${headers}`];
      compile(source, join(objects, `${basename(source)}.o`), defines);
    }
    await callAll(compiler, jobs);
    const target = join(objects, 'gru_kernels.node');
    const link = ['-shared', ...linked, '-o', target];
    if (mac) link.push('-undefined', 'dynamic_lookup');
    else if (windows) link.push(...(await windowsImports(objects)));
    else link.push('-pthread', '-static-libstdc++', '-static-libgcc');
    await call(compiler, link);
    rmSync(addon, { force: true });
    renameSync(target, addon);
    writeFileSync(stamp, digest);
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}

if (process.env.GRU_NATIVE === 'off') fallBack('GRU_NATIVE is off');
try {
  await build();
} catch (error) {
  fallBack(error instanceof Error ? error.message : String(error));
}
