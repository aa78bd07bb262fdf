import { serveBackend } from '../../engine/backends/remote/serve.ts';
import { createTensorflowBackend } from '../../engine/backends/tensorflow/index.ts';
import { describeError } from '../../engine/base/errors.ts';
import { loadTensorflowDevice } from '../platform/tensorflow/load-device.ts';
import { processPort } from '../platform/tensorflow/process-port.ts';

/** The process that TensorFlow lives in: a crash of its library, or of CUDA, ends this process and no run. */
const port = processPort(process, () => process.disconnect());
port.onClose(() => process.exit(0));
serveBackend(port, open());

function open() {
  try {
    return createTensorflowBackend(loadTensorflowDevice());
  } catch (error) {
    return { reason: describeError(error) };
  }
}
