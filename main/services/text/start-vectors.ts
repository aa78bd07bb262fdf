import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { TrainingState } from '../../../engine/contract/training-state.ts';
import type { Preparation } from '../../../engine/data/preparation.ts';
import type { Decision } from '../../../engine/data/propose.ts';
import { readWordVectors, type WordVectors } from '../../../engine/data/text/vectors.ts';
import { errorCode, fileError } from '../../../engine/store/file-system.ts';
import { missingFile, projectPath } from './resources.ts';

/** Vectors for the vocabulary of a run. */
export interface StartVectors {
  readonly vectors: WordVectors;
  /** Name of the embedding table. */
  readonly embedding: string;
  readonly vocabulary: readonly string[];
}

/** Reads the vectors that an experiment names, for its vocabulary alone; null where it names none. */
export async function readStartVectors(
  folder: string,
  { data }: Experiment,
  { text, inputs }: Preparation,
): Promise<StartVectors | null> {
  if (data.text.vectors === null) return null;
  const input = inputs.find(({ encoding }) => encoding === 'embedding');
  if (text === null || input?.encoding !== 'embedding') {
    throw new WorkbenchError(
      'config/impossible',
      'Word vectors are for a column of texts, and there is none',
      {
        where: 'data.text.vectors',
        hint: 'Give a column the encoding "text", or set data.text.vectors to null.',
      },
    );
  }
  const path = projectPath(folder, data.text.vectors);
  const file = createReadStream(path);
  const packed = path.endsWith('.gz');
  try {
    const chunks = packed ? file.pipe(createGunzip()) : file;
    if (packed) file.on('error', (error) => chunks.destroy(error));
    const vectors = await readWordVectors(chunks, new Set(input.categories), basename(path));
    return { vectors, embedding: `embedding.${input.column}`, vocabulary: input.categories };
  } catch (error) {
    if (error instanceof WorkbenchError) throw error;
    if (errorCode(error) === 'ENOENT') throw missingFile(path, 'data.text.vectors', error);
    throw fileError(error, 'read', path);
  } finally {
    file.destroy();
  }
}

/** The experiment with embeddings as wide as the vectors. @throws config/impossible where it says another width. */
export function withVectorWidth(experiment: Experiment, start: StartVectors | null): Experiment {
  if (start === null) return experiment;
  const { embeddingWidth } = experiment.model;
  const { width } = start.vectors;
  if (embeddingWidth === width) return experiment;
  if (embeddingWidth !== null) {
    throw new WorkbenchError(
      'config/impossible',
      `The word vectors have ${width} numbers, the embedding ${embeddingWidth}`,
      { where: 'model.embeddingWidth', hint: `Set it to null or ${width}.` },
    );
  }
  return { ...experiment, model: { ...experiment.model, embeddingWidth: width } };
}

/** Writes the vectors over the initial embeddings (and their averages); words without one keep theirs. */
export function applyVectors(
  state: TrainingState,
  { vectors, embedding, vocabulary }: StartVectors,
): Decision {
  for (const tables of [state.parameters, state.averages]) {
    const table = tables.get(embedding);
    if (table === undefined) continue;
    vocabulary.forEach((word, index) => {
      const vector = vectors.found.get(word);
      // Entry 0 is padding, word i has the entry i + 1.
      if (vector !== undefined) table.set(vector, (index + 1) * vectors.width);
    });
  }
  const share = ((100 * vectors.found.size) / vocabulary.length).toFixed(1);
  return {
    subject: 'word vectors',
    choice: `${vectors.found.size} of ${vocabulary.length} tokens (${share} %)`,
    reason: `The file has ${vectors.read} vectors of ${vectors.width} numbers; tokens that it lacks start at random.`,
  };
}
