import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Batch } from '../../../engine/data/prepared.ts';
import type { ExportSource } from '../../../engine/export/source.ts';
import { batchMajor } from '../../../main/platform/exports/opened.ts';

/** A Python with packages, or why there is none: `GRU_PYTHON` names it, otherwise `python3`. */
export function findPython(
  packages: readonly string[],
): { readonly command: string } | { readonly missing: string } {
  const command = process.env.GRU_PYTHON ?? 'python3';
  const probe = spawnSync(command, ['-c', `import ${packages.join(', ')}`], { env: environment });
  if (probe.status === 0) return { command };
  return { missing: `${command} has not all of ${packages.join(', ')} (GRU_PYTHON may name one that has)` };
}

const environment = { ...process.env, OMP_NUM_THREADS: '1', KERAS_BACKEND: 'torch' };

export interface PythonCase {
  readonly name: string;
  /** File of the model in the folder. */
  readonly file: string;
  readonly source: ExportSource;
  readonly batches: readonly Batch[];
}

export interface PythonAnswers {
  readonly versions: Readonly<Record<string, string>>;
  /** Outputs of each batch, or the error. */
  readonly cases: Readonly<Record<string, readonly (readonly number[])[] | string>>;
}

/** Lets a tool run exported models that lie in a folder already. */
export function runPython(
  command: string,
  tool: 'keras' | 'torch' | 'onnx' | 'savedmodel',
  folder: string,
  cases: readonly PythonCase[],
): PythonAnswers {
  const listed = cases.map(({ name, file, source, batches }) => ({
    name,
    file,
    tokens: source.model.inputs.tokens.length,
    stateValues: source.model.inputs.stateValues,
    batches: batches.map((batch) => inputsOf(source, batch)),
  }));
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(listed));
  const script = fileURLToPath(new URL('../python/run.py', import.meta.url));
  const ran = spawnSync(command, [script, tool, folder], { env: environment, maxBuffer: 1e8 });
  if (ran.status !== 0) throw new Error(ran.stderr.toString().slice(-3000));
  return JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'));
}

function inputsOf({ model }: ExportSource, batch: Batch) {
  const { timesteps, batch: count } = batch;
  const nested = (values: ArrayLike<number>, width: number) =>
    Array.from({ length: count }, (_, sample) =>
      Array.from({ length: timesteps }, (_, step) =>
        Array.from({ length: width }, (_, column) => values[(sample * timesteps + step) * width + column]),
      ),
    );
  const { features, tokens, stateValues } = model.inputs;
  const rows = (column: number, width: number) =>
    Array.from({ length: count }, (_, sample) =>
      Array.from(
        batch.initialState.slice(sample * stateValues + column, sample * stateValues + column + width),
      ),
    );
  const states = model.layers.flatMap(({ directions, units }, index) =>
    directions.map(({ reverse, stateColumn }) => [
      `initial_state_${index}_${reverse ? 'backward' : 'forward'}`,
      stateColumn === null ? [] : rows(stateColumn, units),
    ]),
  );
  return {
    features: nested(batchMajor(batch.features, batch, features.length), features.length),
    tokens: nested(batchMajor(batch.tokens, batch, tokens.length), tokens.length),
    state: rows(0, stateValues),
    states: Object.fromEntries(states),
    lengths: Array.from(batch.lengths.slice(0, count)),
  };
}
