import { WorkbenchError } from '../base/errors.ts';
import type { ModelDescription } from '../model/description.ts';
import { type ExportFormatName, exportFormats, formatTable } from './formats.ts';
import { requireKerasGru } from './keras/layers.ts';

/** What a format makes of a model. */
export interface Exportability {
  readonly format: ExportFormatName;
  readonly title: string;
  /** Whether the exported model computes the same numbers (to float32's rounding). */
  readonly exact: boolean;
  /** The part of the model that the format cannot say; null where it can say all. */
  readonly reason: string | null;
  readonly keeps: readonly string[];
  readonly loses: readonly string[];
}

/** For each format: exact, or refused and why, and what it keeps and loses beside the weights. */
export function describeExport(model: ModelDescription): readonly Exportability[] {
  return exportFormats.map((format) => {
    const reason = refusal(format, model);
    return {
      format,
      title: formatTable[format].title,
      exact: reason === null,
      reason,
      ...contents[format],
    };
  });
}

/** Throws what `exportModel` would throw for the same model. */
const checks: Readonly<Partial<Record<ExportFormatName, (model: ModelDescription) => void>>> = {
  keras: (model) => requireKerasGru({ model }),
  h5: (model) => requireKerasGru({ model }),
};

function refusal(format: ExportFormatName, model: ModelDescription): string | null {
  try {
    checks[format]?.(model);
    return null;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === 'export/unsupported') {
      return error.where === undefined ? error.message : `${error.message} (${error.where})`;
    }
    throw error;
  }
}

const always = ['weights', 'configuration and preparation as JSON'];
const training = 'dropout and the state of the optimizer';

const contents: Readonly<Record<ExportFormatName, Pick<Exportability, 'keeps' | 'loses'>>> = {
  onnx: {
    keeps: [...always, 'lengths', 'states of streams', 'normalization and probabilities inside, if wanted'],
    loses: [training],
  },
  keras: { keeps: [...always, 'lengths as a mask', 'layers that can be trained on'], loses: [training] },
  h5: {
    keeps: ['weights, for a Keras model of the same layers'],
    loses: ['the layers themselves', training],
  },
  safetensors: { keeps: [...always, 'lengths', 'a module that can be trained on'], loses: [training] },
  pytorch: {
    keeps: [...always, 'lengths', 'the prepared samples and the experiment as a training script'],
    loses: ['the state of the optimizer'],
  },
  tfjs: { keeps: [...always, 'lengths', 'layers that can be trained on'], loses: [training] },
  c: { keeps: [...always, 'streams'], loses: ['batches', training] },
  js: { keeps: [...always, 'normalization of rows of a table', 'streams'], loses: ['batches', training] },
  json: { keeps: ['weights as readable numbers', 'configuration and preparation'], loses: [training] },
  card: { keeps: ['what the model is, was trained on and measured'], loses: ['the weights'] },
};
