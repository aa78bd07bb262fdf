import { initialParameters } from '../model/initializers.ts';
import { torchData } from './pytorch-data.ts';
import { torchModule } from './pytorch-module.ts';
import { torchTensors } from './pytorch-names.ts';
import { torchReadme } from './pytorch-readme.ts';
import { torchTraining } from './pytorch-train.ts';
import { writeSafetensors } from './safetensors.ts';
import {
  describeSource,
  type ExportFile,
  type ExportSource,
  textFile,
  textMetadata,
  unsupported,
} from './source.ts';

/**
 * STEM.safetensors, STEM.py that builds and loads it, STEM.json with configuration and preparation, STEM.README.md.
 */
export function exportSafetensors(source: ExportSource, stem: string): ExportFile[] {
  const { experiment, model, preparation } = source;
  const names = {
    weights: `${stem}.safetensors`,
    // Python imports it by this name.
    module: `${stem.replace(/\W/g, '_').replace(/^(\d)/, '_$1')}.py`,
    sidecar: `${stem}.json`,
  };
  return [
    { path: names.weights, bytes: weightsFile(source) },
    textFile(names.module, torchModule(model, names.weights)),
    textFile(names.sidecar, `${JSON.stringify(describeSource(source, 'pytorch'), null, 2)}\n`),
    ...(preparation === null
      ? []
      : [textFile(`${stem}.README.md`, torchReadme(experiment, model, preparation, names))]),
  ];
}

/**
 * A folder: model.* as `exportSafetensors` writes them, and for training train.py, data.safetensors with the prepared
 * samples, and start.safetensors with the weights that the run started from.
 * Throws `export/unsupported` for what the training script does not do.
 */
export function exportTorch(source: ExportSource, training: boolean): ExportFile[] {
  const files = exportSafetensors(source, 'model');
  if (!training) return files;
  const { experiment, model, data } = source;
  const script = torchTraining(source, {
    module: 'model',
    data: 'data.safetensors',
    start: 'start.safetensors',
  });
  if (data === null) throw unsupported('The PyTorch training script', 'data', 'samples that are not at hand');
  const start = initialParameters(model, experiment.model.initializers, experiment.training.seed);
  return [
    ...files,
    textFile('train.py', script),
    { path: 'data.safetensors', bytes: torchData(model, data) },
    { path: 'start.safetensors', bytes: weightsFile({ ...source, weights: float32(start) }) },
  ];
}

function weightsFile(source: ExportSource): Uint8Array {
  const tensors = torchTensors(source.model, source.weights);
  return writeSafetensors({ tensors, metadata: textMetadata(source, 'pytorch') });
}

function float32(weights: ReadonlyMap<string, Float32Array | Float64Array>): Map<string, Float32Array> {
  return new Map([...weights].map(([name, values]) => [name, Float32Array.from(values)]));
}
