import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { exportSafetensors } from '../../engine/export/pytorch.ts';
import { torchModule } from '../../engine/export/pytorch-module.ts';
import { torchTensors } from '../../engine/export/pytorch-names.ts';
import { writeSafetensors } from '../../engine/export/safetensors.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { architectures } from './support/architectures.ts';
import { judge } from './support/judge.ts';
import { extents, randomBatch, randomModel } from './support/models.ts';

/** Module and weights; the JSON beside them is not read. */
function filesOf(source: ExportSource, stem: string) {
  return exportSafetensors(source, stem).filter(({ path }) => !path.endsWith('.json'));
}

describe('exported to PyTorch', () => {
  judge(
    {
      name: 'PyTorch',
      tool: 'torch',
      packages: ['torch', 'safetensors', 'numpy'],
      golden: new URL('../golden/pytorch-export/matrix.json', import.meta.url),
      digest: (source) => {
        // Without the metadata of the weights, which tells the whole configuration.
        const hash = createHash('sha256').update(torchModule(source.model, 'model.safetensors'));
        const tensors = torchTensors(source.model, source.weights);
        return hash.update(writeSafetensors({ tensors, metadata: {} })).digest('hex');
      },
      write: async (source, folder, index) => {
        for (const { path, bytes } of filesOf(source, `case_${index}`))
          writeFileSync(join(folder, path), bytes);
        return `case_${index}.py`;
      },
    },
    architectures().map((architecture, seed) => {
      const source = randomModel(architecture, seed);
      return {
        name: architecture.name,
        source,
        batches: extents.map((extent) => randomBatch(source, extent, seed, false)),
      };
    }),
  );
});
