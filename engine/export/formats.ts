import { WorkbenchError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';

/** The formats that a model is written in. `card` holds no weights: it describes the model. */
export const exportFormats = [
  'onnx',
  'keras',
  'h5',
  'pytorch',
  'safetensors',
  'tfjs',
  'c',
  'js',
  'json',
  'card',
] as const;
export type ExportFormatName = (typeof exportFormats)[number];

/** A choice that a format leaves to the person: one of a few texts. */
export interface ExportOption {
  readonly name: string;
  /** Sentence for a person. */
  readonly help: string;
  readonly values: readonly string[];
  readonly default: string;
}

export interface ExportFormatInfo {
  readonly title: string;
  /** Ending of the file, or null where a folder is written. */
  readonly extension: string | null;
  readonly options: readonly ExportOption[];
}

const yesNo = ['no', 'yes'] as const;

const lengths: ExportOption = {
  name: 'lengths',
  help: 'whether sequences of different length can be read in one batch; auto: where the training data has them',
  values: ['auto', ...yesNo],
  default: 'auto',
};

export const formatTable: Readonly<Record<ExportFormatName, ExportFormatInfo>> = {
  onnx: {
    title: 'ONNX',
    extension: 'onnx',
    options: [
      { name: 'opset', help: 'version of the operators', values: ['22', '17'], default: '22' },
      {
        name: 'weights',
        help: 'precision of the matrices in the file; computation stays in float32',
        values: ['float32', 'float16', 'int8'],
        default: 'float32',
      },
      {
        name: 'processing',
        help: 'normalization and probabilities inside the graph',
        values: yesNo,
        default: 'no',
      },
      {
        name: 'states',
        help: 'initial states as inputs, so that a stream goes on where the last call ended',
        values: yesNo,
        default: 'no',
      },
      lengths,
    ],
  },
  keras: { title: 'Keras 3', extension: 'keras', options: [lengths] },
  h5: { title: 'Keras weights (HDF5)', extension: 'weights.h5', options: [lengths] },
  safetensors: { title: 'PyTorch weights and module', extension: 'safetensors', options: [] },
  tfjs: { title: 'TensorFlow.js layers model', extension: null, options: [lengths] },
  pytorch: {
    title: 'PyTorch module and training script',
    extension: null,
    options: [
      {
        name: 'training',
        help: 'also train.py with the prepared samples: the same experiment in plain PyTorch',
        values: ['yes', 'no'],
        default: 'yes',
      },
    ],
  },
  c: {
    title: 'C99 for microcontrollers',
    extension: 'c',
    options: [
      {
        name: 'weights',
        help: 'precision of the matrices in flash; computation stays in float',
        values: ['float32', 'int8'],
        default: 'float32',
      },
    ],
  },
  js: { title: 'JavaScript module', extension: 'mjs', options: [] },
  json: { title: 'JSON', extension: 'json', options: [] },
  card: { title: 'Model card', extension: 'md', options: [] },
};

/** Options of a format with what a person said in place of the defaults. Throws `usage/invalid`. */
export function resolveOptions(
  format: ExportFormatName,
  said: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const { options } = formatTable[format];
  const resolved = new Map(options.map((option) => [option.name, option.default]));
  for (const [name, value] of Object.entries(said)) {
    const option = options.find((candidate) => candidate.name === name);
    if (option === undefined) {
      const names = options.map((candidate) => candidate.name);
      const close = nearest(name, names);
      throw new WorkbenchError('usage/invalid', `The format ${format} has no option "${name}"`, {
        hint:
          names.length === 0
            ? 'It has none.'
            : `It has ${names.join(', ')}.${close === undefined ? '' : ` Do you mean ${close}?`}`,
      });
    }
    if (!option.values.includes(value)) {
      throw new WorkbenchError('usage/invalid', `The option "${name}" cannot be "${value}"`, {
        hint: `It can be ${option.values.join(', ')}.`,
      });
    }
    resolved.set(name, value);
  }
  return resolved;
}
