import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Batch } from '../../../engine/data/prepared.ts';
import type { ExportSource } from '../../../engine/export/source.ts';
import { largestDifference, ourPredictions } from './models.ts';
import { findPython, type PythonAnswers, runPython } from './python.ts';

/** A tool in Python that is asked what exported models answer. */
export interface Judge {
  readonly name: string;
  readonly tool: 'keras' | 'torch';
  readonly packages: readonly string[];
  /**
   * What the tool answered, with the SHA-256 of what it read: when an export changes, ask it again with
   * `GRU_PYTHON=... GRU_GOLDEN=write npx vitest run ...`.
   */
  readonly golden: URL;
  /** Writes the files of a case into a folder and returns the name of the one to open. */
  write(source: ExportSource, folder: string, index: number): Promise<string>;
  /** SHA-256 of all that the tool reads. */
  digest(source: ExportSource): string;
}

export interface JudgedCase {
  readonly name: string;
  readonly source: ExportSource;
  readonly batches: readonly Batch[];
}

interface Golden {
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: Readonly<Record<string, { sha256: string; outputs: readonly (readonly number[])[] }>>;
}

/**
 * Two tests for each case: that the answers kept from the tool are ours, and were given to these very files; and, where
 * the tool is on this machine, that it answers the same now.
 */
export function judge(judge: Judge, cases: readonly JudgedCase[]): void {
  const folder = mkdtempSync(join(tmpdir(), `gru-export-${judge.tool}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const python = findPython(judge.packages);
  let live: PythonAnswers | null = null;
  let ours: ReadonlyMap<string, readonly Float32Array[]> = new Map();
  let golden: Golden = { versions: {}, cases: {} };

  beforeAll(async () => {
    ours = new Map(
      await Promise.all(
        cases.map(
          async ({ name, source, batches }) => [name, await ourPredictions(source, batches)] as const,
        ),
      ),
    );
    if ('command' in python) {
      const files: string[] = [];
      for (const [index, { source }] of cases.entries()) files.push(await judge.write(source, folder, index));
      const listed = cases.map((exported, index) => ({ ...exported, file: files[index] ?? '' }));
      live = runPython(python.command, judge.tool, folder, listed);
      if (process.env.GRU_GOLDEN === 'write') keep(judge, cases, live);
    }
    golden = JSON.parse(readFileSync(judge.golden, 'utf8'));
  });

  const compare = (name: string, answers: readonly (readonly number[])[] | string | undefined): void => {
    if (typeof answers === 'string') throw new Error(answers);
    const expected = ours.get(name) ?? [];
    expect(answers).toHaveLength(expected.length);
    expected.forEach((values, index) => {
      expect(largestDifference(values, answers?.[index] ?? [])).toBeLessThanOrEqual(1e-5);
    });
  };

  it.for(cases)(`${judge.name} answered what we answer: $name`, ({ name, source }) => {
    expect(golden.cases[name]?.sha256).toBe(judge.digest(source));
    compare(name, golden.cases[name]?.outputs);
  });

  it.for(cases)(`${judge.name} of this machine answers the same: $name`, ({ name }, { skip }) => {
    if ('missing' in python) return skip(python.missing);
    compare(name, live?.cases[name]);
  });
}

function keep(judge: Judge, cases: readonly JudgedCase[], { versions, cases: answers }: PythonAnswers): void {
  const kept = cases.map(({ name, source }) => [
    name,
    { sha256: judge.digest(source), outputs: answers[name] ?? 'nothing' },
  ]);
  mkdirSync(dirname(judge.golden.pathname), { recursive: true });
  writeFileSync(judge.golden, `${JSON.stringify({ versions, cases: Object.fromEntries(kept) }, null, 1)}\n`);
}
