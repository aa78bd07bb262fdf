import type { Preparation } from '../../data/preparation.ts';
import { gaussianVarianceFloor } from '../../ops/loss.ts';
import { featureNormalizers, globalNormalizer } from '../normalizers.ts';
import { type ExportSource, unsupported } from '../source.ts';
import type { GraphBuilder, Value } from './builder.ts';

/** (value - offset) / scale of every numeric input column; 0/1 columns pass as they are. */
export function inputProcessing(builder: GraphBuilder, source: ExportSource, features: Value): Value {
  const normalizers = featureNormalizers(requirePreparation(source));
  if (normalizers.every(({ offset, scale }) => offset === 0 && scale === 1)) return features;
  const size = [normalizers.length];
  const offset = builder.floats(
    'input.offset',
    size,
    normalizers.map(({ offset }) => offset),
  );
  const scale = builder.floats(
    'input.scale',
    size,
    normalizers.map(({ scale }) => scale),
  );
  return builder.node('Div', [builder.node('Sub', [features, offset]), scale]);
}

/**
 * Probabilities of logits, and values in the units of the file: what `predictionNames` says, in its order.
 * @param y [..., outputs]
 */
export function outputProcessing(builder: GraphBuilder, source: ExportSource, y: Value): Value {
  const { outputs } = source.model;
  if (outputs.kind === 'labels') return builder.node('Softmax', [y], { axis: { kind: 'int', value: -1 } });
  if (outputs.kind === 'binary') return builder.node('Sigmoid', [y]);
  const { loss } = source.experiment.training;
  const preparation = requirePreparation(source);
  const targets = outputs.targets.map((_, index) => {
    const target = preparation.targets[index % preparation.targets.length];
    return target === undefined || target.statistics === null
      ? { offset: 0, scale: 1 }
      : globalNormalizer(target.statistics, target.column);
  });
  const perTarget = source.model.output.units / outputs.targets.length;
  const size = [source.model.output.units];
  if (loss.kind === 'gaussian') {
    const isSpread = (column: number) => column % 2 === 1;
    const target = (column: number) => targets[Math.floor(column / 2)] ?? { offset: 0, scale: 1 };
    const columns = Array.from({ length: source.model.output.units }, (_, column) => column);
    const scale = builder.floats(
      'output.scale',
      size,
      columns.map((column) => (isSpread(column) ? Math.abs(target(column).scale) : target(column).scale)),
    );
    const offset = builder.floats(
      'output.offset',
      size,
      columns.map((column) => (isSpread(column) ? 0 : target(column).offset)),
    );
    const variance = builder.node('Add', [
      builder.node('Softplus', [y]),
      builder.scalar(gaussianVarianceFloor),
    ]);
    const spread = builder.node('Mul', [builder.node('Sqrt', [variance]), scale]);
    const value = builder.node('Add', [builder.node('Mul', [y, scale]), offset]);
    const odd = builder.floats(
      'output.spread',
      size,
      columns.map((column) => Number(isSpread(column))),
    );
    const choose = builder.node('Greater', [odd, builder.scalar(0.5)]);
    return builder.node('Where', [choose, spread, value]);
  }
  const value = loss.kind === 'poisson' ? builder.node('Exp', [y]) : y;
  const columns = targets.flatMap((target) => Array.from({ length: perTarget }, () => target));
  const scale = builder.floats(
    'output.scale',
    size,
    columns.map(({ scale }) => scale),
  );
  const offset = builder.floats(
    'output.offset',
    size,
    columns.map(({ offset }) => offset),
  );
  return builder.node('Add', [builder.node('Mul', [value, scale]), offset]);
}

function requirePreparation({ preparation }: ExportSource): Preparation {
  if (preparation !== null) return preparation;
  throw unsupported('ONNX', 'data', 'the pre-processing of a model that was not trained on a table');
}
