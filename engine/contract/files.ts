import type { SourceFormat } from './source.ts';

/** Endings of data files, without the dot, by what they are read as. */
export const dataEndings = {
  csv: ['csv', 'tsv', 'tab', 'psv', 'dat'],
  json: ['json', 'geojson'],
  jsonl: ['jsonl', 'ndjson', 'jsonlines'],
  parquet: ['parquet', 'pq'],
  arrow: ['arrow', 'feather', 'ipc', 'arrows'],
  excel: ['xlsx', 'xlsm'],
  numpy: ['npy', 'npz'],
  hdf5: ['h5', 'hdf5', 'hdf', 'he5'],
  text: ['txt', 'text', 'md', 'log'],
  conll: ['conll', 'conllu', 'iob', 'bio'],
  tmx: ['tmx'],
  pairs: [],
  wav: ['wav', 'wave'],
} as const satisfies Readonly<Record<SourceFormat, readonly string[]>>;

/** Endings of files that hold other files. */
export const archiveEndings = ['gz', 'zip'] as const;

/** Endings of model files, without the dot, and what they are read as. */
export const modelFormats = {
  onnx: 'onnx',
  keras: 'keras',
  h5: 'h5',
  hdf5: 'h5',
  pt: 'pytorch',
  pth: 'pytorch',
  bin: 'pytorch',
  safetensors: 'safetensors',
} as const;
