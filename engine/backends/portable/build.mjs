// Compiles the kernels to WebAssembly: kernels.wasm (128-bit SIMD, runs wherever Node 20 does) and kernels-relaxed.wasm
// (with the fused multiply-add of relaxed SIMD, half as fast again where the engine has it). Both are committed, so that
// nobody needs this compiler to install or run the program; sources.json beside them says which sources they were made
// of, and a test compares.
//
//   node engine/backends/portable/build.mjs
//
// Needs clang with the wasm32 target and lld, version 16 or later: Debian `apt-get install clang-19 lld-19`, Homebrew
// `brew install llvm lld`. $CLANG names the compiler; by default clang-19, then clang.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelSources, sourcesDigest } from './sources.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

const flags = [
  '--target=wasm32',
  '-nostdlib',
  '-std=c++17',
  '-O3',
  '-msimd128',
  '-mbulk-memory', // memory.fill and memory.copy instead of functions of a standard library
  '-fno-exceptions',
  '-fno-rtti',
  '-fno-math-errno',
  '-ffreestanding',
  '-fvisibility=hidden',
  '-Wall',
  '-Werror',
  '-Wno-unused-function',
  '-DKERNEL_NAMESPACE=portable',
  // The program makes the memory, as large as its plan needs. The stack comes first, so that overflow is a trap.
  ...['--no-entry', '--import-memory', '--max-memory=4294967296', '--stack-first', '-z', 'stack-size=262144'],
  ...['--export=run', '--export=evaluate', '--export=__heap_base', '--strip-all', '--gc-sections'],
].map((flag, index, all) => (index >= all.indexOf('--no-entry') ? `-Wl,${flag}` : flag));

const builds = [
  { output: 'kernels.wasm', flags: [] },
  { output: 'kernels-relaxed.wasm', flags: ['-mrelaxed-simd'] },
];

function findCompiler() {
  const candidates = process.env.CLANG ? [process.env.CLANG] : ['clang-19', 'clang'];
  const found = candidates.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
  if (found === undefined)
    throw new Error(`Found none of ${candidates.join(', ')}; set CLANG to a clang with lld`);
  return found;
}

const compiler = findCompiler();
const sources = kernelSources().filter((file) => file.endsWith('.cc'));
for (const build of builds) {
  const args = [...flags, ...build.flags, ...sources, '-o', join(here, build.output)];
  const result = spawnSync(compiler, args, { stdio: 'inherit' });
  if (result.status !== 0) throw new Error(`${compiler} failed for ${build.output}`);
}
const version = spawnSync(compiler, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0];
const record = { sha256: sourcesDigest(), compiler: version };
writeFileSync(join(here, 'sources.json'), `${JSON.stringify(record, null, 2)}\n`);
