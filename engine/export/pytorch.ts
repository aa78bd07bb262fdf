import { torchModule } from './pytorch-module.ts';
import { torchTensors } from './pytorch-names.ts';
import { torchReadme } from './pytorch-readme.ts';
import { writeSafetensors } from './safetensors.ts';
import { describeSource, type ExportFile, type ExportSource, textFile, textMetadata } from './source.ts';

/**
 * STEM.safetensors, STEM.py that builds and loads it, STEM.json with configuration and preparation, STEM.README.md.
 */
export function exportSafetensors(source: ExportSource, stem: string): ExportFile[] {
  const { experiment, model, preparation, weights } = source;
  const names = {
    weights: `${stem}.safetensors`,
    // Python imports it by this name.
    module: `${stem.replace(/\W/g, '_').replace(/^(\d)/, '_$1')}.py`,
    sidecar: `${stem}.json`,
  };
  const tensors = torchTensors(model, weights);
  return [
    {
      path: names.weights,
      bytes: writeSafetensors({ tensors, metadata: textMetadata(source, 'pytorch') }),
    },
    textFile(names.module, torchModule(model, names.weights)),
    textFile(names.sidecar, `${JSON.stringify(describeSource(source, 'pytorch'), null, 2)}\n`),
    ...(preparation === null
      ? []
      : [textFile(`${stem}.README.md`, torchReadme(experiment, model, preparation, names))]),
  ];
}
