// Gives @tensorflow/tfjs-node-gpu its compiled part, which `npm ci` leaves out (it is a download of hundreds of MB):
//   npm run tensorflow              the package's own installer: TensorFlow 2.9, CUDA 11.2 and cuDNN 8.1 for a GPU
//   npm run tensorflow -- FOLDER    a TensorFlow that is here already: the folder of the Python package `tensorflow`,
//                                   with a C++ compiler on this machine
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const require = createRequire(import.meta.url);
const home = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
const [folder] = process.argv.slice(2);

if (folder === undefined) run(process.execPath, [join(home, 'scripts/install.js'), 'gpu', 'download']);
else build(resolve(folder));
console.log('Done. "gru doctor" says whether it can be used.');

/** Compiles the package's binding against the library and headers of a Python installation. */
function build(tensorflow) {
  const libraries = readdirSync(tensorflow).filter((name) =>
    /^libtensorflow.*\.(so|dylib)(\.\d+)*$/.test(name),
  );
  const headers = join(tensorflow, 'include');
  if (libraries.length === 0 || !existsSync(join(headers, 'tensorflow/c/c_api.h'))) {
    fail(
      `${tensorflow} holds no TensorFlow library with its headers (libtensorflow_cc and include/tensorflow/c)`,
    );
  }
  const target = join(home, 'deps/lib');
  rmSync(join(home, 'deps'), { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of libraries) link(join(tensorflow, name), join(target, name));
  // A GPU build looks for CUDA's own libraries beside itself.
  const output = join(home, 'lib/napi-v8');
  mkdirSync(output, { recursive: true });
  const origin = process.platform === 'darwin' ? '@loader_path' : '$ORIGIN';
  run(process.env.CXX ?? 'c++', [
    ...['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding'],
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
    `-I${require('node-api-headers').include_dir}`,
    `-I${dirname(home)}`,
    `-I${headers}`,
    join(home, 'binding/tfjs_backend.cc'),
    join(home, 'binding/tfjs_binding.cc'),
    ...['-o', join(output, 'tfjs_binding.node')],
    ...libraries.map((name) => join(target, name)),
    `-Wl,-rpath,${origin}/../../deps/lib`,
    `-Wl,-rpath,${tensorflow}`,
  ]);
}

function link(from, to) {
  try {
    symlinkSync(from, to);
  } catch {
    cpSync(from, to);
  }
}

function run(command, options) {
  const { status, error } = spawnSync(command, options, { stdio: 'inherit', cwd: home });
  if (error !== undefined) fail(`${command} could not be run: ${error.message}`);
  if (status !== 0) fail(`${command} ended with ${status}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
