import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blockElements, gemmScratch, lossRows } from '../../engine/backends/kernels/encode/blocks.ts';
import { opKinds } from '../../engine/backends/kernels/encode.ts';
import { activations } from '../../engine/ops/activation.ts';

/** What TypeScript encodes by position or by size must be what the C++ reads: nothing else would notice at build time. */
const source = (name: string): string =>
  readFileSync(new URL(`../../engine/backends/kernels/${name}`, import.meta.url), 'utf8');

/** Enumerators of a C++ enum, in order. */
function enumerators(file: string, name: string): string[] {
  const body = new RegExp(`enum (?:class )?${name} : int32 \\{([^}]*)\\}`).exec(source(file))?.[1];
  return (body ?? '').split(',').flatMap((part) => /\w+/.exec(part) ?? []);
}

/** String literals of a TypeScript list, in order. */
function listed(file: string, name: string): string[] {
  const body = new RegExp(`const ${name}[^=]*= \\[([^\\]]*)\\]`).exec(source(file))?.[1];
  return [...(body ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1] as string);
}

describe('the encoders and the C++ kernels agree', () => {
  it('on the number of every op', () => {
    const names = [...source('program.h').matchAll(/^ {2}X\((\w+)\)/gm)].map((match) => match[1] as string);
    const camelCase = names.map((name) =>
      name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(camelCase).toEqual(opKinds);
  });

  it('on the number of every activation', () => {
    expect(enumerators('activation.h', 'Activation')).toEqual([...activations]);
  });

  it.each([
    ['ops/loss.h', 'LossKind', 'encode/loss.ts', 'lossKinds'],
    ['ops/optimizer.cc', 'OptimizerKind', 'encode/optimizer.ts', 'optimizerKinds'],
    ['ops/pool.cc', 'Pool', 'encode/pool.ts', 'poolModes'],
    ['ops/update.cc', 'Clip', 'encode/update.ts', 'clipModes'],
    ['ops/update.cc', 'Constraint', 'encode/update.ts', 'constraints'],
  ])('%s %s and %s %s', (file, name, encoder, list) => {
    expect(listed(encoder, list).length).toBeGreaterThan(2);
    expect(enumerators(file, name)).toEqual(listed(encoder, list));
  });

  it('on the sizes of workspaces', () => {
    const constant = (file: string, name: string): number => {
      const [first = 0, second = 1, third = 0, fourth = 1] = [
        ...(new RegExp(`${name} = ([^;]*);`).exec(source(file))?.[1] ?? '').matchAll(/\d+/g),
      ].map(Number);
      return third === 0 ? first * second : first * (second + third * fourth);
    };
    expect(constant('ops/elements.h', 'blockElements')).toBe(blockElements);
    expect(constant('ops/loss.h', 'index lossRows')).toBe(lossRows);
    expect(constant('gemm.h', 'gemmScratch')).toBe(gemmScratch);
  });
});
