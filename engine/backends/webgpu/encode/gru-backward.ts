import type { GruBackward } from '../../../ops/gru.ts';
import { transposeKernel } from '../kernels/product.ts';
import { normalizeInputBackwardKernel } from '../kernels/recurrence.ts';
import type { ProgramWriter, Window } from '../program.ts';
import { initialStateOf } from './gru.ts';
import { writeGradientScale } from './halves.ts';
import { writeCopy, writeZeros } from './movement.ts';
import { writeColumnSums, writeColumns, writeProduct } from './product.ts';
import { writeRecurrenceBackward } from './recurrence.ts';
import type { BackwardPlaces } from './sequence.ts';

/**
 * Back-propagation in time leaves the gradients of all gates; weights and inputs then get theirs from products over all
 * steps at once.
 */
export function encodeGruBackward(writer: ProgramWriter, op: GruBackward): void {
  const { forward } = op;
  const { units, resetMode, layerNormalization } = forward.shape;
  const { batch } = writer.extent;
  const rows = writer.rows('sequence');
  const half = writer.isHalf(forward.saved.gates);
  const keep = (elements: number): number =>
    half ? writer.halfWorkspace(elements) : writer.workspace(elements);
  const gates = keep(rows * 4 * units);
  const carried = writer.workspace(batch * units);
  if (op.finalStateGradient === null) writeZeros(writer, carried, batch * units);
  else {
    const target = { at: carried, stride: units };
    writeCopy(writer, writer.window(op.finalStateGradient), target, batch, false);
  }
  const gradientsIn = [
    { ...writer.window(op.outputGradient), rows },
    { at: carried, stride: units, columns: units, rows: batch },
  ];
  const places: BackwardPlaces = {
    gates,
    recurrent: layerNormalization ? writer.workspace(rows * 3 * units) : gates,
    met: keep(rows * units),
    resetMet: resetMode === 'before' ? keep(rows * units) : 0,
    carried,
    transposed: writer.workspace(3 * units * units),
    scale: half ? writeGradientScale(writer, gradientsIn) : null,
  };
  writer.dispatch(
    transposeKernel,
    {},
    { rows: units, columns: 3 * units, at: writer.at(forward.weights.recurrent), to: places.transposed },
    [Math.ceil((3 * units) / 16), Math.ceil(units / 16), 1],
  );
  writeRecurrenceBackward(writer, op, places, initialStateOf(writer, forward.initialState, units));
  writeInputSide(writer, op, places, rows);
  writeRecurrentGradient(writer, op, places, rows);
  writeBiasGradients(writer, op, places, rows);
  writeGainGradient(writer, op, places, rows);
  writeInitialStateGradient(writer, op, places);
}

/** Gradients of the kernel and of the input. */
function writeInputSide(writer: ProgramWriter, op: GruBackward, places: BackwardPlaces, rows: number): void {
  const { forward, gradients } = op;
  const { inputs, units, layerNormalization } = forward.shape;
  if (gradients.kernel === null && op.inputGradient === null) return;
  const lengths = forward.lengths === null ? null : writer.at(forward.lengths);
  let projected: Pick<Window, 'at' | 'stride'> = { at: places.gates, stride: 4 * units };
  if (layerNormalization) {
    projected = { at: writer.workspace(rows * 3 * units), stride: 3 * units };
    writer.groupwise(
      normalizeInputBackwardKernel,
      { UNITS: units, LENGTHS: lengths !== null },
      {
        rows,
        batch: writer.extent.batch,
        lengthsAt: lengths ?? 0,
        gradientAt: places.gates,
        gainAt: writer.atOrZero(forward.weights.gain),
        normalizedAt: writer.atOrZero(forward.saved.normalized),
        inverseAt: writer.atOrZero(forward.saved.inverseDeviation),
        to: projected.at,
      },
      rows,
    );
  }
  if (gradients.kernel !== null) {
    writeProduct(writer, {
      a: writer.window(forward.input),
      aTransposed: true,
      b: projected,
      c: { at: writer.at(gradients.kernel), stride: 3 * units },
      m: inputs,
      n: 3 * units,
      k: rows,
      accumulate: op.accumulate,
      lengths,
      halves: { b: places.scale !== null },
      scale: places.scale,
    });
  }
  if (op.inputGradient !== null) {
    writeProduct(writer, {
      a: projected,
      b: { at: writer.at(forward.weights.kernel), stride: 3 * units },
      bTransposed: true,
      c: writer.window(op.inputGradient),
      m: rows,
      n: inputs,
      k: 3 * units,
      accumulate: op.accumulateInput,
      halves: { a: places.scale !== null },
      scale: places.scale,
    });
  }
}

/** Two products: the candidate's columns meet another operand, or lie elsewhere, than those of the gates. */
function writeRecurrentGradient(
  writer: ProgramWriter,
  op: GruBackward,
  places: BackwardPlaces,
  rows: number,
): void {
  const { shape } = op.forward;
  const { units } = shape;
  if (op.gradients.recurrent === null) return;
  const to = writer.at(op.gradients.recurrent);
  const stride = shape.layerNormalization ? 3 * units : 4 * units;
  const candidate = places.recurrent + (shape.layerNormalization ? 2 * units : 3 * units);
  const part = (operand: number, from: number, first: number, columns: number): void =>
    writeProduct(writer, {
      a: { at: operand, stride: units },
      aTransposed: true,
      b: { at: from, stride },
      c: { at: to + first, stride: 3 * units },
      m: units,
      n: columns,
      k: rows,
      accumulate: op.accumulate,
      halves: { a: places.scale !== null, b: places.scale !== null },
      scale: places.scale,
    });
  if (shape.layerNormalization && shape.resetMode !== 'before') {
    part(places.met, places.recurrent, 0, 3 * units);
    return;
  }
  part(places.met, places.recurrent, 0, 2 * units);
  part(shape.resetMode === 'before' ? places.resetMet : places.met, candidate, 2 * units, units);
}

function writeBiasGradients(
  writer: ProgramWriter,
  op: GruBackward,
  places: BackwardPlaces,
  rows: number,
): void {
  const { accumulate } = op;
  const { units } = op.forward.shape;
  const { bias, recurrentBias } = op.gradients;
  if (bias === null && recurrentBias === null) return;
  const source = { at: places.gates, stride: 4 * units, columns: 4 * units };
  const sums = writeColumnSums(writer, { rows, source, scale: places.scale });
  if (bias !== null) {
    writeColumns(writer, sums, { first: 0, columns: 3 * units, to: writer.at(bias), accumulate });
  }
  if (recurrentBias !== null) {
    const to = writer.at(recurrentBias);
    writeColumns(writer, sums, { first: 0, columns: 2 * units, to, accumulate });
    writeColumns(writer, sums, { first: 3 * units, columns: units, to: to + 2 * units, accumulate });
  }
}

/** Blocks 0 to 2 belong to the input, 3 to 5 to the state; the last one takes the gradient of n as it meets U. */
function writeGainGradient(
  writer: ProgramWriter,
  op: GruBackward,
  places: BackwardPlaces,
  rows: number,
): void {
  const { forward, accumulate } = op;
  const { units } = forward.shape;
  const { normalized } = forward.saved;
  if (op.gradients.gain === null || normalized === null) return;
  const to = writer.at(op.gradients.gain);
  const lengths = forward.lengths === null ? null : writer.at(forward.lengths);
  const block = (from: number, first: number, columns: number): void => {
    const sums = writeColumnSums(writer, {
      rows,
      source: { at: places.gates + from, stride: 4 * units, columns },
      factors: { at: writer.at(normalized) + first, stride: 6 * units },
      lengths,
    });
    writeColumns(writer, sums, { first: 0, columns, to: to + first, accumulate });
  };
  block(0, 0, 3 * units);
  block(0, 3 * units, 2 * units);
  block(3 * units, 5 * units, units);
}

/** Rows are overwritten; a shared initial state is a weight, so its gradient adds up over the samples. */
function writeInitialStateGradient(writer: ProgramWriter, op: GruBackward, places: BackwardPlaces): void {
  const { units } = op.forward.shape;
  const { batch } = writer.extent;
  const source = { at: places.carried, stride: units, columns: units };
  if (op.initialStateGradient?.kind === 'rows') {
    writeCopy(writer, source, writer.window(op.initialStateGradient.state), batch, false);
  }
  if (op.initialStateGradient?.kind === 'shared') {
    const to = writer.at(op.initialStateGradient.slot);
    const sums = writeColumnSums(writer, { rows: batch, source });
    writeColumns(writer, sums, { first: 0, columns: units, to, accumulate: op.accumulate });
  }
}
