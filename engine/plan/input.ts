import type { EmbeddingDescription } from '../model/description.ts';
import { type Matrix, wholeMatrix } from '../ops/matrix.ts';
import type { Op } from '../ops/op.ts';
import { columnsOf, type PlanBuilder, type Stage } from './builder.ts';

/** The input of the first layer: the features as they are, or features and embeddings side by side. */
export function inputStage(builder: PlanBuilder, ops: Op[]): Stage {
  const { embeddings, inputWidth } = builder.model;
  const features = featureMatrix(builder);
  if (embeddings.length === 0 && features !== null) {
    const learns = builder.settings.inputGradient === true;
    return { name: 'input', output: features, learns, backward: () => {} };
  }
  const output = builder.activation('input', 'sequence', inputWidth);
  if (features !== null) {
    const window = columnsOf(output, 0, features.columns);
    ops.push({ kind: 'add', rows: 'sequence', input: features, output: window, accumulate: false });
  }
  for (const embedding of embeddings) ops.push(lookUp(builder, embedding, output));
  return {
    name: 'input',
    output,
    learns: builder.settings.inputGradient === true || embeddings.some(({ name }) => builder.learns(name)),
    backward: (gradient) => {
      for (const embedding of embeddings) ops.push(...scatter(builder, embedding, gradient));
    },
  };
}

function featureMatrix(builder: PlanBuilder): Matrix | null {
  const count = builder.model.inputs.features.length;
  if (count === 0) return null;
  return wholeMatrix(builder.slot('input/features', 'input', { perSequenceRow: count }), count);
}

function tokenColumn(builder: PlanBuilder, token: number): Matrix {
  const count = builder.model.inputs.tokens.length;
  const slot = builder.slot('input/tokens', 'input', { perSequenceRow: count }, 'int');
  return { slot, column: token, columns: 1, stride: count };
}

function lookUp(builder: PlanBuilder, embedding: EmbeddingDescription, output: Matrix): Op {
  return {
    kind: 'embeddingForward',
    indices: tokenColumn(builder, embedding.token),
    table: builder.parameter(embedding.name).slot,
    entries: embedding.entries,
    output: columnsOf(output, embedding.column, embedding.width),
  };
}

function scatter(builder: PlanBuilder, embedding: EmbeddingDescription, gradient: Matrix): Op[] {
  const tableGradient = builder.gradientOf(embedding.name);
  if (tableGradient === null) return [];
  return [
    {
      kind: 'embeddingBackward',
      indices: tokenColumn(builder, embedding.token),
      entries: embedding.entries,
      lengths: builder.lengths,
      outputGradient: columnsOf(gradient, embedding.column, embedding.width),
      tableGradient,
      accumulate: builder.settings.accumulate,
    },
  ];
}
