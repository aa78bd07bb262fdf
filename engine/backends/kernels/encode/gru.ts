import { activations } from '../../../ops/activation.ts';
import { type GruBackward, type GruForward, type InitialState, resetModes } from '../../../ops/gru.ts';
import type { RecordWriter } from '../encode.ts';

/** Widest vector of any instruction set: workspaces are sized for it, since the plan is encoded before one is known. */
const widestVector = 16;
/** `chunkRows` in gru/forward.cc. */
const chunkRows = 32;
/** `stretchRows`, `factorRows` and `inputBlockRows` in gru/gradients.h. */
const blocks = { stretch: 128, factors: 256, input: 32 };

/** The record of `gru_forward` (gru/forward.cc). */
export function encodeGruForward(op: GruForward, record: RecordWriter): void {
  const { inputs, units } = op.shape;
  const paddedUnits = roundUp(units);
  const samples = Math.ceil(record.extent.batch / record.threads);
  writeGru(op, record);
  record
    .workspace(3 * paddedUnits * inputs)
    .workspace(3 * paddedUnits * units)
    .workspace(4 * paddedUnits);
  const perThread =
    panelElements(units, Math.max(samples, chunkRows)) +
    panelElements(units, samples) +
    2 * samples * paddedUnits;
  record.integer(perThread).workspace(perThread * record.threads);
}

/** The record of `gru_backward` (gru/backward.cc). */
export function encodeGruBackward(op: GruBackward, record: RecordWriter): void {
  const { forward, gradients } = op;
  const { inputs, units } = forward.shape;
  const paddedUnits = roundUp(units);
  const { batch } = record.extent;
  writeGru(forward, record);
  record
    .matrix(op.outputGradient)
    .matrix(op.finalStateGradient)
    .matrix(op.inputGradient)
    .flag(op.accumulateInput)
    .slot(gradients.kernel)
    .slot(gradients.recurrent)
    .slot(gradients.bias)
    .slot(gradients.recurrentBias)
    .slot(gradients.gain)
    .flag(op.accumulate);
  writeState(op.initialStateGradient, units, record);
  record
    .slot(op.stateGradient)
    .workspace(3 * paddedUnits * paddedUnits)
    .workspace(op.inputGradient === null ? 0 : 3 * paddedUnits * roundUp(inputs));
  // Two stretches of derivatives, each in three forms where normalization makes them differ.
  const panels = panelElements(units, Math.max(batch, blocks.stretch));
  for (let buffer = 0; buffer < (forward.shape.layerNormalization ? 6 : 2); buffer++)
    record.workspace(panels);
  record.workspace(batch * paddedUnits);
  if (forward.shape.resetMode === 'before' || forward.recurrentMask !== null)
    record.workspace(batch * paddedUnits);
  const inputBlock = blocks.input * roundUp(inputs);
  record
    .workspace(3 * paddedUnits * paddedHeight(inputs))
    .workspace(3 * paddedUnits * paddedHeight(units))
    .workspace(4 * paddedUnits)
    .workspace(gradients.gain === null ? 0 : 6 * paddedUnits)
    .workspace(blocks.factors * blocks.stretch * record.threads)
    .integer(inputBlock)
    .workspace(inputBlock * record.threads);
}

/** Most rows of a weight's sums: whole register tiles of 2, 3, 4 or 8 rows. */
function paddedHeight(rows: number): number {
  return roundUp(rows) + 2;
}

/** What both read first: `readGru` in gru/gru.h. */
function writeGru(op: GruForward, record: RecordWriter): void {
  const { shape, weights, saved } = op;
  record
    .integer(shape.inputs)
    .integer(shape.units)
    .integer(resetModes.indexOf(shape.resetMode))
    .integer(activations.indexOf(shape.gateActivation))
    .integer(activations.indexOf(shape.candidateActivation))
    .float(shape.clip ?? Number.POSITIVE_INFINITY)
    .flag(shape.reverse)
    .float(shape.zoneout)
    .flag(shape.layerNormalization)
    .slot(weights.kernel)
    .slot(weights.recurrent)
    .slot(weights.bias)
    .slot(weights.recurrentBias)
    .slot(weights.gain)
    .matrix(op.input)
    .matrix(op.output);
  if (op.initialState === null) {
    // Zeros that all samples share; the kernel fills them.
    record.workspace(shape.units).integer(shape.units).integer(0).flag(true);
  } else {
    writeState(op.initialState, shape.units, record);
    record.flag(false);
  }
  record
    .matrix(op.finalState)
    .slot(op.lengths)
    .slot(op.recurrentMask)
    .slot(op.zoneoutMask)
    .slot(saved?.gates ?? null)
    .slot(saved?.preactivations ?? null)
    .slot(saved?.normalized ?? null)
    .slot(saved?.inverseDeviation ?? null);
}

/** A state that all samples share is a matrix whose rows are all the same one: stride 0. */
function writeState(state: InitialState | null, units: number, record: RecordWriter): void {
  if (state?.kind === 'shared') {
    record.slot(state.slot).integer(units).integer(0);
  } else {
    record.matrix(state?.state ?? null);
  }
}

/** Elements of gate panels (see gru/gru.h), at most, whatever the vector width. */
function panelElements(units: number, rows: number): number {
  return roundUp(units) * (4 * rows + 4);
}

function roundUp(columns: number): number {
  return Math.ceil(columns / widestVector) * widestVector;
}
