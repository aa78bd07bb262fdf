import { cWeightTypes } from './c/arrays.ts';
import { exportC } from './c/model.ts';
import type { Hdf5Writer } from './hdf5.ts';
import { exportKeras, exportKerasWeights } from './keras/file.ts';
import { exportJavascript } from './javascript/module.ts';
import { modelCard } from './card.ts';
import { exportJson } from './json-model.ts';
import { type ExportFormatName, resolveOptions } from './formats.ts';
import { exportOnnx, onnxOpsets } from './onnx/model.ts';
import { onnxWeightTypes } from './onnx/tensor.ts';
import { exportSafetensors, exportTorch } from './pytorch.ts';
import { exportTfjs } from './tfjs/model.ts';
import { describeSource, type ExportFile, type ExportSource, textFile } from './source.ts';

export interface ExportRequest {
  readonly format: ExportFormatName;
  /** Name of the files without ending. */
  readonly stem: string;
  /** Options of the format by name (`formatTable`); the rest are defaults. */
  readonly options: Readonly<Record<string, string>>;
}

/** What exporters are given by the host. */
export interface ExportPlatform {
  readonly hdf5: Hdf5Writer;
}

/**
 * The files of a model in a format.
 * Throws `usage/invalid` for an option that the format has not, `export/unsupported` for a model that it cannot say.
 */
export async function exportModel(
  source: ExportSource,
  request: ExportRequest,
  platform: ExportPlatform,
): Promise<ExportFile[]> {
  const { format, stem } = request;
  const options = resolveOptions(format, request.options);
  switch (format) {
    case 'onnx': {
      const bytes = exportOnnx(source, {
        opset: onnxOpsets.find((opset) => String(opset) === options.get('opset')) ?? 22,
        lengths: readsLengths(source, options.get('lengths')),
        states: options.get('states') === 'yes',
        processing: options.get('processing') === 'yes',
        weightType: onnxWeightTypes.find((type) => type === options.get('weights')) ?? 'float32',
      });
      return [{ path: `${stem}.onnx`, bytes }, sidecar(source, format, stem)];
    }
    case 'keras': {
      const bytes = await exportKeras(source, readsLengths(source, options.get('lengths')), platform.hdf5);
      return [{ path: `${stem}.keras`, bytes }, sidecar(source, format, stem)];
    }
    case 'h5': {
      const bytes = await exportKerasWeights(
        source,
        readsLengths(source, options.get('lengths')),
        platform.hdf5,
      );
      return [{ path: `${stem}.weights.h5`, bytes }, sidecar(source, format, stem)];
    }
    case 'safetensors':
      return exportSafetensors(source, stem);
    case 'tfjs':
      return exportTfjs(source, readsLengths(source, options.get('lengths')));
    case 'pytorch':
      return exportTorch(source, options.get('training') === 'yes');
    case 'c':
      return exportC(source, stem, cWeightTypes.find((type) => type === options.get('weights')) ?? 'float32');
    case 'js':
      return exportJavascript(source, stem);
    case 'card':
      return [textFile(`${stem}.md`, modelCard(source))];
    case 'json':
      return [{ path: `${stem}.json`, bytes: exportJson(source) }];
  }
}

/** Whether the exported model reads sequences of different length in one batch. */
function readsLengths({ experiment }: ExportSource, said: string | undefined): boolean {
  if (said !== 'auto') return said === 'yes';
  const { task, data } = experiment;
  return data.sequence === 'whole' || task === 'tag' || task === 'next';
}

/** Configuration and preparation beside a file that cannot hold them, or cannot show them. */
function sidecar(source: ExportSource, format: string, stem: string): ExportFile {
  return textFile(`${stem}.json`, `${JSON.stringify(describeSource(source, format), null, 2)}\n`);
}
