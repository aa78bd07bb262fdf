import type { ImportedNetwork } from '../network.ts';
import { importOwn } from './own.ts';
import { readOnnx } from './read.ts';
import { traceGraph } from './trace.ts';

/** An `.onnx` file with GRU operators, ours or another exporter's. Throws `import/damaged`, `import/unsupported`. */
export function importOnnx(bytes: Uint8Array, where: string): ImportedNetwork {
  const file = readOnnx(bytes, where);
  return file.metadata.format === 'gru-workbench/onnx' ? importOwn(file, where) : traceGraph(file, where);
}
