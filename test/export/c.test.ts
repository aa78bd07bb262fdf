import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../engine/data/prepared.ts';
import type { CWeightType } from '../../engine/export/c/arrays.ts';
import { exportC } from '../../engine/export/c/model.ts';
import { batchMajor } from '../../main/platform/exports/opened.ts';
import { architectures } from './support/architectures.ts';
import { extents, largestDifference, ourPredictions, randomBatch, randomModel } from './support/models.ts';

const flags = ['-std=c99', '-pedantic', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
const folder = mkdtempSync(join(tmpdir(), 'gru-export-c-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A C compiler with its sanitizers, or why there is none. */
function findCompiler(): { readonly command: string } | { readonly missing: string } {
  writeFileSync(join(folder, 'probe.c'), 'int main(void) { return 0; }\n');
  for (const command of ['cc', 'gcc', 'clang']) {
    const probe = spawnSync(command, [...flags, 'probe.c', '-o', 'probe'], { cwd: folder });
    if (probe.status === 0 && spawnSync(join(folder, 'probe')).status === 0) return { command };
  }
  return { missing: 'no C compiler with address and undefined-behavior sanitizers is here' };
}

const compiler = findCompiler();
// The activations of heads and cells are the same function: each is compiled once.
const cases = architectures()
  .map((architecture, seed) => ({
    name: architecture.name,
    seed,
    source: randomModel(architecture, seed),
  }))
  .filter(({ name }) => !name.startsWith('head '));
type Case = (typeof cases)[number];

const stem = (seed: number) => `net_${seed}`;
/** What each case reads: every sample of every batch alone. */
const batchesOf = ({ source, seed }: Case): Batch[] =>
  extents.map((extent) => randomBatch(source, extent, seed, false));

/** A program that reads sequences of all models from its input and writes their predictions. */
function program(chosen: readonly Case[]): string {
  const functions = chosen.map(({ seed, source }) => {
    const name = stem(seed);
    const upper = name.toUpperCase();
    const { model } = source;
    const bidirectional = model.layers.some(({ config }) => config.bidirectional);
    const rows = model.outputs.rows === 'sequence' ? 'steps' : '1';
    const call = bidirectional
      ? `float *workspace = malloc(sizeof(float) * (size_t)${upper}_WORKSPACE(steps));
    failed = ${name}_predict(features, tokens, steps, state, outputs, workspace);
    free(workspace);`
      : `failed = ${name}_predict(features, tokens, steps, state, outputs);`;
    return `static int run_${seed}(void) {
  int32_t sequences, steps, k;
  int failed = fread(&sequences, 4, 1, stdin) != 1;
  for (k = 0; k < sequences; k++) {
    float *features, *state, *outputs;
    int32_t *tokens;
    failed |= fread(&steps, 4, 1, stdin) != 1;
    features = exact((size_t)steps * ${upper}_FEATURES);
    tokens = exact((size_t)steps * ${upper}_TOKENS);
    state = exact(${upper}_STATE);
    outputs = malloc(4 * (size_t)${rows} * ${upper}_OUTPUTS);
    ${call}
    if (failed) return failed;
    fwrite(outputs, 4, (size_t)${rows} * ${upper}_OUTPUTS, stdout);
    free(features); free(tokens); free(state); free(outputs);
  }
  return failed;
}`;
  });
  return `#include <stdio.h>
#include <stdlib.h>
${chosen.map(({ seed }) => `#include "${stem(seed)}.h"`).join('\n')}
/* Exactly so many numbers of 4 bytes, so that reading beyond them is seen. */
static void *exact(size_t count) {
  void *memory = malloc(4 * count + (count == 0));
  if (fread(memory, 4, count, stdin) != count) exit(3);
  return memory;
}
${functions.join('\n')}
int main(void) {
  return ${chosen.map(({ seed }) => `run_${seed}()`).join(' || ')};
}
`;
}

function inputOf(chosen: readonly Case[]): Buffer {
  const parts: Buffer[] = [];
  const push = (values: Int32Array | Float32Array) =>
    parts.push(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  for (const exported of chosen) {
    const { inputs } = exported.source.model;
    const batches = batchesOf(exported);
    push(Int32Array.of(batches.reduce((sum, { batch }) => sum + batch, 0)));
    for (const batch of batches) {
      const [width, count] = [inputs.features.length, inputs.tokens.length];
      const features = batchMajor(batch.features, batch, width);
      const tokens = batchMajor(batch.tokens, batch, count);
      for (let sample = 0; sample < batch.batch; sample++) {
        const steps = batch.lengths[sample] ?? 0;
        const first = sample * batch.timesteps;
        push(Int32Array.of(steps));
        push(features.slice(first * width, (first + steps) * width));
        push(tokens.slice(first * count, (first + steps) * count));
        push(batch.initialState.slice(sample * inputs.stateValues, (sample + 1) * inputs.stateValues));
      }
    }
  }
  return Buffer.concat(parts);
}

/** Writes, compiles and runs; the predictions of all sequences of all cases, one after the other. */
function compileAndRun(
  command: string,
  name: string,
  chosen: readonly Case[],
  type: CWeightType,
): Float32Array {
  const place = join(folder, name);
  mkdirSync(place);
  for (const { seed, source } of chosen) {
    for (const { path, bytes } of exportC(source, stem(seed), type)) writeFileSync(join(place, path), bytes);
  }
  writeFileSync(join(place, 'main.c'), program(chosen));
  const files = chosen.map(({ seed }) => `${stem(seed)}.c`);
  const compiled = spawnSync(command, [...flags, 'main.c', ...files, '-o', 'run', '-lm'], { cwd: place });
  if (compiled.status !== 0) throw new Error(compiled.stderr.toString().slice(0, 3000));
  const ran = spawnSync(join(place, 'run'), { input: inputOf(chosen), maxBuffer: 1e8 });
  if (ran.status !== 0)
    throw new Error(`${ran.status} ${ran.signal} ${ran.stderr.toString().slice(0, 3000)}`);
  return new Float32Array(new Uint8Array(ran.stdout).buffer);
}

/** Our predictions in the order of the program: padded steps left out. */
async function expectedOf(exported: Case): Promise<Float32Array> {
  const results = await ourPredictions(exported.source, batchesOf(exported));
  return Float32Array.from(results.flatMap((values) => [...values].filter((value) => !Number.isNaN(value))));
}

describe('exported as C99, compiled with all warnings as errors and run under sanitizers', () => {
  let theirs: readonly Float32Array[] = [];
  let expected: readonly Float32Array[] = [];
  beforeAll(async () => {
    if ('missing' in compiler) return;
    expected = await Promise.all(cases.map(expectedOf));
    const all = compileAndRun(compiler.command, 'float', cases, 'float32');
    let offset = 0;
    theirs = expected.map((values) => {
      offset += values.length;
      return all.subarray(offset - values.length, offset);
    });
    expect(offset).toBe(all.length);
  });

  it.for(cases.map(({ name }, index) => ({ name, index })))('$name', ({ index }, { skip }) => {
    if ('missing' in compiler) skip(compiler.missing);
    expect(largestDifference(expected[index] ?? [0], theirs[index] ?? [])).toBeLessThanOrEqual(1e-5);
  });

  it('8-bit weights change little', async ({ skip }) => {
    if ('missing' in compiler) return skip(compiler.missing);
    const chosen = cases.filter(({ name }) =>
      ['bidirectional stack with a head', 'embeddings and features', 'read-out attention'].includes(name),
    );
    expect(chosen).toHaveLength(3);
    const all = compileAndRun(compiler.command, 'int8', chosen, 'int8');
    const ours = Float32Array.from(
      (await Promise.all(chosen.map(expectedOf))).flatMap((values) => [...values]),
    );
    const difference = largestDifference(ours, all);
    expect(difference).toBeGreaterThan(1e-5);
    expect(difference).toBeLessThan(0.1);
  });
});
