import { activations } from '../../../ops/activation.ts';
import { type GruForward, type InitialState, resetModes } from '../../../ops/gru.ts';
import { normalizeInputKernel } from '../kernels/recurrence.ts';
import type { ProgramWriter, Window } from '../program.ts';
import type { Constants } from '../template.ts';
import { writeZeros } from './movement.ts';
import { writeProduct } from './product.ts';
import { writeRecurrenceForward } from './recurrence.ts';

export function encodeGruForward(writer: ProgramWriter, op: GruForward): void {
  const { inputs, units, layerNormalization } = op.shape;
  const rows = writer.rows('sequence');
  // The projected input lies where the gates will: an invocation reads its three numbers before it writes its gates.
  const projected =
    op.saved === null
      ? { at: writer.workspace(rows * 3 * units), stride: 3 * units }
      : { at: writer.at(op.saved.gates), stride: 4 * units };
  const half = op.saved !== null && writer.isHalf(op.saved.gates);
  const bias = op.weights.bias === null ? null : writer.at(op.weights.bias);
  writeProduct(writer, {
    a: writer.window(op.input),
    b: { at: writer.at(op.weights.kernel), stride: 3 * units },
    c: projected,
    halves: { c: half },
    m: rows,
    n: 3 * units,
    k: inputs,
    bias: layerNormalization ? null : bias,
  });
  if (layerNormalization) {
    writer.groupwise(
      normalizeInputKernel,
      { UNITS: units, BIAS: bias !== null, SAVED: op.saved !== null },
      {
        rows,
        at: projected.at,
        stride: projected.stride,
        gainAt: writer.atOrZero(op.weights.gain),
        biasAt: bias ?? 0,
        normalizedAt: writer.atOrZero(op.saved?.normalized ?? null),
        inverseAt: writer.atOrZero(op.saved?.inverseDeviation ?? null),
      },
      rows,
    );
  }
  writeRecurrenceForward(writer, op, projected, initialStateOf(writer, op.initialState, units));
}

/** Where the rows of the initial state lie; zeros that all samples share without one. */
export function initialStateOf(
  writer: ProgramWriter,
  initial: InitialState | null,
  units: number,
): Pick<Window, 'at' | 'stride'> {
  if (initial?.kind === 'rows') return writer.window(initial.state);
  if (initial?.kind === 'shared') return { at: writer.at(initial.slot), stride: 0 };
  const at = writer.workspace(units);
  writeZeros(writer, at, units);
  return { at, stride: 0 };
}

/** The flags of a recurrence that its shaders share. */
export function recurrenceConstants(op: GruForward): Constants {
  const { shape } = op;
  return {
    UNITS: shape.units,
    BEFORE: shape.resetMode === 'before',
    RESET: resetModes.indexOf(shape.resetMode),
    GATE: activations.indexOf(shape.gateActivation),
    CANDIDATE: activations.indexOf(shape.candidateActivation),
    REVERSE: shape.reverse,
    NORMALIZE: shape.layerNormalization,
    CLIP: shape.clip !== null,
    LENGTHS: op.lengths !== null,
    RECURRENT_MASK: op.recurrentMask !== null,
    ZONEOUT_MASK: op.zoneoutMask !== null,
    RECURRENT_BIAS: op.weights.recurrentBias !== null,
    PREACTIVATIONS: op.saved?.preactivations != null,
  };
}

/** The places and numbers that the shaders of both directions read. */
export function recurrenceValues(writer: ProgramWriter, op: GruForward) {
  const output = writer.window(op.output);
  return {
    timesteps: writer.extent.timesteps,
    batch: writer.extent.batch,
    gainAt: writer.atOrZero(op.weights.gain),
    lengthsAt: writer.atOrZero(op.lengths),
    recurrentMaskAt: writer.atOrZero(op.recurrentMask),
    zoneoutMaskAt: writer.atOrZero(op.zoneoutMask),
    outputAt: output.at,
    outputStride: output.stride,
    gatesAt: writer.atOrZero(op.saved?.gates ?? null),
    preactivationsAt: writer.atOrZero(op.saved?.preactivations ?? null),
    normalizedAt: writer.atOrZero(op.saved?.normalized ?? null),
    inverseAt: writer.atOrZero(op.saved?.inverseDeviation ?? null),
    clip: op.shape.clip ?? 0,
    zoneout: op.shape.zoneout,
  };
}
