import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { torchTensors } from '../../engine/export/pytorch-names.ts';
import { readSafetensors } from '../../engine/export/safetensors.ts';
import { Runner } from '../../engine/infer/runner.ts';
import { describeModel } from '../../engine/model/describe.ts';
import { buildPlan } from '../../engine/plan/build.ts';
import { batchOf, type TorchCase, torchCases, torchFiles, weightsOf } from './pytorch-cases.ts';

/**
 * What PyTorch answered after it had run the exported code on the exported weights, with the SHA-256 of both: when an
 * export changes, the answers must be made again with test/golden/pytorch-export/make.py.
 */
interface Golden {
  readonly torch: string;
  readonly cases: Readonly<
    Record<string, { readonly sha256: Readonly<Record<string, string>>; readonly outputs: readonly number[] }>
  >;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../golden/pytorch-export/outputs.json', import.meta.url), 'utf8'),
);

/** make.py sets this to get the files that PyTorch is to run. */
const wanted = process.env.GRU_EXPORT_CASES;

describe.each(torchCases())('exported to PyTorch: $name', (exported) => {
  const files = torchFiles(exported);
  if (wanted !== undefined) {
    mkdirSync(wanted, { recursive: true });
    for (const [name, bytes] of files) writeFileSync(join(wanted, name), bytes);
  }

  it('the files are those that PyTorch ran', () => {
    const digests = Object.fromEntries(
      [...files].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
    );
    expect(digests).toEqual(golden.cases[exported.name]?.sha256);
  });

  it('PyTorch answers what the reference answers', async () => {
    const answers = await referenceOutputs(exported);
    const expected = golden.cases[exported.name]?.outputs ?? [];
    expect(answers).toHaveLength(expected.length);
    const largest = Math.max(
      ...answers.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN))),
    );
    expect(largest).toBeLessThan(1e-12);
  });
});

/** Outputs [samples, (steps,) columns], as PyTorch orders them; padded steps are left out. */
async function referenceOutputs({ model, experiment }: TorchCase): Promise<number[]> {
  const batch = batchOf(model);
  const options = { masked: true, balancedClassWeights: null, training: false };
  const built = buildPlan(model, experiment, { timesteps: batch.timesteps, batch: batch.batch }, options);
  const backend = createReferenceBackend();
  const executable = await backend.prepare(built.plan);
  const runner = new Runner(built, executable, backend.info.precision);
  runner.writeParameters(weightsOf(model));
  runner.writeBatch(batch);
  await runner.run('predict', batch);
  const values = await runner.readPredictions(batch);
  const { columns } = built.predictions;
  executable.dispose();
  if (built.predictions.rows === 'batch') return [...values];
  const ordered: number[] = [];
  for (let sample = 0; sample < batch.batch; sample++) {
    for (let step = 0; step < (batch.lengths[sample] ?? 0); step++) {
      const row = step * batch.batch + sample;
      ordered.push(...values.subarray(row * columns, (row + 1) * columns));
    }
  }
  return ordered;
}

describe('names and layout of PyTorch', () => {
  const inputs = { features: ['x'], tokens: [], stateValues: 0 };
  const outputs = { kind: 'values', targets: ['y'], classes: [], rows: 'batch' } as const;

  it('leaves dropout, which a finished model has not', () => {
    const layer = { units: 2, inputDropout: 0.2, recurrentDropout: 0.2, outputDropout: 0.2 };
    const model = describeModel(experimentSchema.parse({ model: { layers: [layer] } }), inputs, outputs);
    expect([...torchTensors(model, weightsOf(model)).keys()]).toEqual([
      'gru.weight_ih_l0',
      'gru.weight_hh_l0',
      'gru.bias_ih_l0',
      'gru.bias_hh_l0',
      'output.weight',
      'output.bias',
    ]);
  });

  it('puts gates in rows in the order reset, update, candidate', () => {
    const model = describeModel(
      experimentSchema.parse({ model: { layers: [{ units: 1 }] } }),
      inputs,
      outputs,
    );
    const weights = weightsOf(model);
    weights.set('gru.0.forward.kernel', Float64Array.of(10, 20, 30));
    const bytes = torchTensors(model, weights).get('gru.weight_ih_l0');
    expect(bytes).toEqual({ shape: [3, 1], values: Float64Array.of(20, 10, 30) });
    expect(
      readSafetensors(
        torchFiles({ name: 'x', model, experiment: experimentSchema.parse({}) }).get('x.safetensors') ??
          new Uint8Array(0),
        'x',
      ).tensors.size,
    ).toBe(6);
  });
});
