import { readSafetensors } from '../export/safetensors.ts';
import type { ImportedNetwork } from './network.ts';
import { networkOfStateDict } from './state-dict.ts';

/** A `.safetensors` file with PyTorch's names. Throws `import/damaged`, `import/unsupported`. */
export function importSafetensors(bytes: Uint8Array, where: string): ImportedNetwork {
  const { tensors, metadata } = readSafetensors(bytes, where);
  return networkOfStateDict(tensors, metadata, 'safetensors', where);
}
