import type { Experiment } from '../contract/experiment.ts';
import { isUnder, type ModelDescription } from '../model/description.ts';
import { resolveLoss, termsPerRow } from '../model/loss.ts';
import { usesLabels } from '../ops/loss.ts';
import type { Rows } from '../ops/matrix.ts';
import type { LossOp, Op } from '../ops/op.ts';
import { optimizerSlotNames } from '../ops/optimizer.ts';
import { type Mode, PlanBuilder, type Stage } from './builder.ts';
import type { BatchSlots, BuiltPlan, InspectedDirection } from './built.ts';
import { denseStage } from './dense.ts';
import { carried, gruStage, stateGradientName } from './gru.ts';
import { inputStage } from './input.ts';
import type { PlanOptions } from './options.ts';
import { type Extent, type Plan, resultCount, scalarCount } from './plan.ts';
import { attentionWeights, readoutStage } from './readout.ts';
import { updateProgram } from './update.ts';

/**
 * Turns a model into slots and the five programs over them.
 * @param extent the most timesteps and samples of any batch, of training or evaluation.
 * @throws config/impossible when class weights do not fit the classes.
 */
export function buildPlan(
  model: ModelDescription,
  experiment: Experiment,
  extent: Extent,
  options: PlanOptions,
): BuiltPlan {
  const { training } = experiment;
  const trains = options.training !== false;
  const loss = resolveLoss(training.loss, model.outputs, options.balancedClassWeights);
  const accumulate = training.gradientAccumulation > 1;
  const builder = new PlanBuilder(model, {
    ...options,
    accumulate,
    stateful: training.stateful,
    optimizerSlots: optimizerSlotNames(training.optimizer),
    averaged: training.averaging !== null,
    learns: ({ name }) => trains && !training.frozen.some((path) => isUnder(name, path)),
  });

  const scalars = builder.slot('scalars', 'scalar', { fixed: scalarCount });
  const results = builder.slot('results', 'scalar', { fixed: resultCount });
  const random = builder.slot('random', 'scalar', { fixed: 4 }, 'int');

  const predict: Op[] = [];
  const predictions = forward(builder, predict, 'inference');
  const lossOf = (stage: Stage, gradients: boolean): LossOp => ({
    kind: 'loss',
    rows: model.outputs.rows,
    loss,
    predictions: stage.output,
    targets: targetSlot(builder, usesLabels(loss)),
    weights: weightSlot(builder),
    gradient:
      gradients && stage.learns
        ? builder.gradient(stage.name, model.outputs.rows, stage.output.columns)
        : null,
    accumulate: gradients && accumulate,
  });
  const evaluate = [...predict, lossOf(predictions, false)];

  const gradients: Op[] = [];
  if (trains) {
    const stage = forward(builder, gradients, 'training');
    const op = lossOf(stage, true);
    gradients.push(op);
    if (op.gradient !== null) stage.backward(op.gradient);
  }
  const learned = [...builder.parameters.values()].flatMap(({ gradient }) => gradient ?? []);

  const plan: Plan = {
    extent,
    storage: experiment.backend.storage,
    slots: builder.slots,
    programs: {
      predict,
      evaluate,
      gradients,
      zeroGradients: trains && accumulate ? [{ kind: 'zero', slots: [results, ...learned] }] : [],
      update: trains ? updateProgram(builder.parameters.values(), training) : [],
    },
    scalars,
    results,
    random,
  };
  return {
    model,
    plan,
    loss,
    termsPerRow: termsPerRow(loss, training.lossReduction, model.outputs),
    inputs: { ...optionalInputs(plan), weights: weightSlot(builder) },
    parameters: builder.parameters,
    predictions: {
      slot: predictions.output.slot,
      rows: model.outputs.rows,
      columns: predictions.output.columns,
    },
    states: training.stateful ? carriedStates(builder) : [],
    inspection: options.keepGates === true ? inspectedDirections(builder, plan) : [],
    attentionWeights: model.readout === 'attention' ? attentionWeights(builder) : null,
  };
}

/** The whole model in one program; the stages are linked, so that the last one's `backward` runs through all. */
function forward(builder: PlanBuilder, ops: Op[], mode: Mode): Stage {
  const { model } = builder;
  const rows: Rows = model.readout === 'every' ? 'sequence' : 'batch';
  let stage = inputStage(builder, ops);
  for (const layer of model.layers) stage = gruStage(builder, ops, mode, layer, stage);
  stage = readoutStage(builder, ops, mode, stage);
  for (const layer of model.head) stage = denseStage(builder, ops, mode, layer, rows, stage);
  return denseStage(builder, ops, mode, model.output, rows, stage);
}

function targetSlot(builder: PlanBuilder, labels: boolean): number {
  const { outputs } = builder.model;
  const perRow = labels ? 1 : outputs.targets.length;
  const size = outputs.rows === 'sequence' ? { perSequenceRow: perRow } : { perBatchRow: perRow };
  return labels
    ? builder.slot('input/labels', 'input', size, 'int')
    : builder.slot('input/targets', 'input', size);
}

function weightSlot(builder: PlanBuilder): number {
  const size = builder.model.outputs.rows === 'sequence' ? { perSequenceRow: 1 } : { perBatchRow: 1 };
  return builder.slot('input/weights', 'input', size);
}

function optionalInputs(plan: Plan): Omit<BatchSlots, 'weights'> {
  const find = (name: string) => plan.slots.find((slot) => slot.name === `input/${name}`)?.id ?? null;
  return {
    features: find('features'),
    tokens: find('tokens'),
    lengths: find('lengths'),
    initialState: find('initialState'),
    targets: find('targets'),
    labels: find('labels'),
  };
}

function carriedStates(builder: PlanBuilder) {
  return builder.model.layers.flatMap(({ units, directions }) =>
    directions.map(({ name }) => ({
      name,
      units,
      initial: carried(builder, name, units, 'initial').slot,
      final: carried(builder, name, units, 'final').slot,
    })),
  );
}

function inspectedDirections(builder: PlanBuilder, plan: Plan): InspectedDirection[] {
  return builder.model.layers.flatMap((layer) =>
    layer.directions.map(({ name, reverse, column }) => ({
      name,
      units: layer.units,
      reverse,
      gates: builder.activation(`${name}.gates`, 'sequence', 4 * layer.units).slot,
      output: {
        slot: builder.activation(`${layer.name}.output`, 'sequence', layer.width).slot,
        column,
        stride: layer.width,
      },
      stateGradient: plan.slots.find((slot) => slot.name === stateGradientName(name))?.id ?? null,
    })),
  );
}
