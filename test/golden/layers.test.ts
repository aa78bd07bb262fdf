import { describe, expect, it } from 'vitest';
import { type Activation, needsPreactivation } from '../../engine/ops/activation.ts';
import type { Rows, SlotId } from '../../engine/ops/matrix.ts';
import type { PoolForward } from '../../engine/ops/op.ts';
import { reference } from '../support/backends.ts';
import { CaseBuilder, outputFill } from '../support/case-builder.ts';
import { type Memory, runCase } from '../support/run-case.ts';
import { doublePrecision, readGolden, relativeError } from './golden.ts';

interface GoldenLayer<Names extends string> {
  readonly values: Record<Names, number[]>;
  readonly output: number[];
  readonly outputGradient: number[];
  readonly gradients: Record<Names, number[]>;
}

interface GoldenLayers {
  readonly timesteps: number;
  readonly batch: number;
  readonly lengths: number[];
  readonly dense: (GoldenLayer<'input' | 'kernel' | 'bias'> & { readonly activation: Activation })[];
  readonly pool: (GoldenLayer<'input'> & { readonly mode: PoolForward['mode'] })[];
  readonly attention: GoldenLayer<'input' | 'kernel' | 'bias' | 'vector'> & { readonly weights: number[] };
  readonly embedding: GoldenLayer<'table'> & { readonly indices: number[] };
}

const golden = readGolden<GoldenLayers>('layers');
const { timesteps, batch, lengths } = golden;

/** Builds the slots of one layer from golden values, and compares what comes out. */
class Layer {
  readonly builder: CaseBuilder;
  readonly #expected: [name: string, slot: SlotId, values: number[]][] = [];

  constructor(extent = { timesteps, batch }) {
    this.builder = new CaseBuilder('layer', extent);
  }

  given(name: string, values: number[]): SlotId {
    return this.builder.vector(name, values.length, { exactly: values });
  }

  givenMatrix(name: string, rows: Rows, columns: number, values: number[]) {
    return this.builder.matrix(name, rows, columns, { exactly: values });
  }

  wanted(name: string, values: number[]): SlotId {
    const slot = this.builder.vector(name, values.length, outputFill);
    this.#expected.push([name, slot, values]);
    return slot;
  }

  wantedMatrix(name: string, rows: Rows, columns: number, values: number[]) {
    const matrix = this.builder.matrix(name, rows, columns, outputFill);
    this.#expected.push([name, matrix.slot, values]);
    return matrix;
  }

  lengths(): SlotId {
    return this.builder.integers('lengths', { perBatchRow: 1 }, lengths);
  }

  async check(): Promise<void> {
    const memory: Memory = await runCase(reference, this.builder.build(['gradients']));
    for (const [name, slot, values] of this.#expected) {
      const error = relativeError(memory.floats.get(slot) ?? [], values);
      expect(error, name).toBeLessThanOrEqual(doublePrecision);
    }
  }
}

describe('layers as PyTorch in float64', () => {
  it.each(golden.dense)('dense, $activation', async ({ activation, values, gradients, ...ends }) => {
    const layer = new Layer({ timesteps: 1, batch: 6 });
    const forward = {
      kind: 'denseForward' as const,
      rows: 'batch' as const,
      input: layer.givenMatrix('input', 'batch', 5, values.input),
      kernel: layer.given('kernel', values.kernel),
      bias: layer.given('bias', values.bias),
      activation,
      output: layer.wantedMatrix('output', 'batch', 4, ends.output),
      preactivation: needsPreactivation(activation)
        ? layer.builder.matrix('preactivation', 'batch', 4, outputFill).slot
        : null,
    };
    layer.builder.add('gradients', forward, {
      kind: 'denseBackward',
      forward,
      outputGradient: layer.givenMatrix('outputGradient', 'batch', 4, ends.outputGradient),
      inputGradient: layer.wantedMatrix('input gradient', 'batch', 5, gradients.input),
      accumulateInput: false,
      kernelGradient: layer.wanted('kernel gradient', gradients.kernel),
      biasGradient: layer.wanted('bias gradient', gradients.bias),
      accumulate: false,
    });
    await layer.check();
  });

  it.each(golden.pool)('pool, $mode', async ({ mode, values, gradients, ...ends }) => {
    const layer = new Layer();
    const forward = {
      kind: 'poolForward' as const,
      mode,
      input: layer.givenMatrix('input', 'sequence', 5, values.input),
      output: layer.wantedMatrix('output', 'batch', 5, ends.output),
      lengths: layer.lengths(),
      positions: mode === 'max' ? layer.builder.integers('positions', { perBatchRow: 5 }, []) : null,
    };
    layer.builder.add('gradients', forward, {
      kind: 'poolBackward',
      forward,
      outputGradient: layer.givenMatrix('outputGradient', 'batch', 5, ends.outputGradient),
      inputGradient: layer.wantedMatrix('input gradient', 'sequence', 5, gradients.input),
      accumulateInput: false,
    });
    await layer.check();
  });

  it('attention', async () => {
    const { values, gradients, weights, ...ends } = golden.attention;
    const layer = new Layer();
    const forward = {
      kind: 'attentionForward' as const,
      input: layer.givenMatrix('input', 'sequence', 5, values.input),
      kernel: layer.given('kernel', values.kernel),
      bias: layer.given('bias', values.bias),
      vector: layer.given('vector', values.vector),
      size: 6,
      lengths: layer.lengths(),
      projected: layer.builder.matrix('projected', 'sequence', 6, outputFill).slot,
      weights: layer.wantedMatrix('weights', 'sequence', 1, weights).slot,
      output: layer.wantedMatrix('output', 'batch', 5, ends.output),
    };
    layer.builder.add('gradients', forward, {
      kind: 'attentionBackward',
      forward,
      outputGradient: layer.givenMatrix('outputGradient', 'batch', 5, ends.outputGradient),
      inputGradient: layer.wantedMatrix('input gradient', 'sequence', 5, gradients.input),
      accumulateInput: false,
      kernelGradient: layer.wanted('kernel gradient', gradients.kernel),
      biasGradient: layer.wanted('bias gradient', gradients.bias),
      vectorGradient: layer.wanted('vector gradient', gradients.vector),
      accumulate: false,
    });
    await layer.check();
  });

  it('embedding', async () => {
    const { values, gradients, indices, output, outputGradient } = golden.embedding;
    const layer = new Layer();
    const slot = layer.builder.integers('indices', { perSequenceRow: 1 }, indices);
    const column = { slot, column: 0, columns: 1, stride: 1 };
    const table = layer.given('table', values.table);
    const looked = layer.builder.matrix('output', 'sequence', 3, outputFill);
    layer.builder.add(
      'gradients',
      { kind: 'embeddingForward', indices: column, table, entries: 4, output: looked },
      {
        kind: 'embeddingBackward',
        indices: column,
        entries: 4,
        lengths: layer.lengths(),
        outputGradient: layer.givenMatrix('outputGradient', 'sequence', 3, outputGradient),
        tableGradient: layer.wanted('table gradient', gradients.table),
        accumulate: false,
      },
    );
    await layer.check();
    // Padded rows are looked up too; PyTorch's were masked to zero.
    const memory = await runCase(reference, layer.builder.build(['gradients']));
    const rows = Array.from(memory.floats.get(looked.slot) ?? []);
    const masked = rows.map((value, index) => {
      const row = Math.floor(index / 3);
      return Math.floor(row / batch) < (lengths[row % batch] ?? 0) ? value : 0;
    });
    expect(relativeError(masked, output)).toBeLessThanOrEqual(doublePrecision);
  });
});
