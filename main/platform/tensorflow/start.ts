import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend } from '../../../engine/backends/backend.ts';
import { createRemoteBackend } from '../../../engine/backends/remote/index.ts';
import { estimateTensorflowBytes } from '../../../engine/backends/tensorflow/index.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { programRoot } from '../root.ts';
import { isTensorflowSetUp, notSetUp } from './load-device.ts';
import { processPort } from './process-port.ts';

/**
 * TensorFlow in a process of its own, or the reason why it is not to be had. The process ends with `dispose`, or with
 * this one.
 */
export async function startTensorflow(): Promise<Backend | { readonly reason: string }> {
  if (!isTensorflowSetUp()) throw notSetUp();
  const program = join(programRoot(), 'out', 'main', 'tensorflow-host.mjs');
  if (!existsSync(program)) {
    throw new WorkbenchError('backend/unavailable', 'The TensorFlow process is not built', {
      where: program,
      hint: 'Run "npm run build".',
    });
  }
  const child = fork(program, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  // It keeps the program alive until `dispose`: an answer that is waited for may be all that is left to happen.
  const port = processPort(child, () => {
    child.kill();
  });
  return createRemoteBackend(port, {
    place: 'The TensorFlow process',
    supports: () => true,
    estimate: estimateTensorflowBytes,
  });
}
