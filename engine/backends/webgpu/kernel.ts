import { assertDefined } from '../../base/errors.ts';
import { activations } from '../../ops/activation.ts';
import { type Banks, withBanks } from './banks.ts';
import bindingsSource from './shaders/bindings.wgsl?raw';
import { type Constants, expandTemplate } from './template.ts';

/**
 * A compute shader and the numbers it is given at every dispatch. Numbers that never change for a plan may also be
 * constants, which make a pipeline of their own.
 */
export interface Kernel<Integer extends string = string, Float extends string = string> {
  readonly name: string;
  readonly source: string;
  /** Sources put before it. */
  readonly uses: readonly string[];
  /** Fields of `p`, as u32. */
  readonly integers: readonly Integer[];
  /** Fields of `p`, as f32. */
  readonly floats: readonly Float[];
}

/** Words of parameters that a dispatch has: one aligned piece of a uniform buffer. */
export const parameterWords = 64;

/** Invocations in the workgroups of elementwise kernels and reductions; every adapter allows it. */
export const groupSize = 256;

export function defineKernel<Integer extends string, Float extends string = never>(definition: {
  readonly name: string;
  readonly source: string;
  readonly uses?: readonly string[];
  readonly integers: readonly Integer[];
  readonly floats?: readonly Float[];
}): Kernel<Integer, Float> {
  return { uses: [], floats: [], ...definition };
}

/** The complete WGSL of a kernel for some constants and buffers: what the pipeline is known by. */
export function kernelSource(kernel: Kernel, constants: Constants, banks: Banks): string {
  const declared = Object.entries(constants).map(([name, value]) =>
    typeof value === 'boolean' ? `const ${name}: bool = ${value};` : `const ${name}: u32 = ${value}u;`,
  );
  const fields = [
    ...kernel.integers.map((name) => `  ${name}: u32,`),
    ...kernel.floats.map((name) => `  ${name}: f32,`),
  ];
  const withDefaults = {
    SUBGROUPS: false,
    VECTORS: false,
    HALF: false,
    SCALED: false,
    ...usedActivations(constants),
    ...constants,
  };
  const source = [
    ...(constants.SUBGROUPS === true ? ['enable subgroups;'] : []),
    ...declared,
    'struct Parameters {',
    ...(fields.length === 0 ? ['  unused: u32,'] : fields),
    '}',
    ...[bindingsSource, ...kernel.uses, kernel.source].map((text) => expandTemplate(text, withDefaults)),
  ].join('\n');
  return withBanks(source, banks);
}

/** Flags for activation.wgsl: a driver should not have to compile thirteen functions to find out that one is called. */
function usedActivations(constants: Constants): Constants {
  const used = [constants.ACTIVATION, constants.GATE, constants.CANDIDATE];
  return Object.fromEntries(activations.map((_, index) => [`USES_${index}`, used.includes(index)]));
}

/** The words of one dispatch, in the order of the struct. */
export function parameterBlock<Integer extends string, Float extends string>(
  kernel: Kernel<Integer, Float>,
  values: Readonly<Record<Integer | Float, number>>,
): Uint32Array<ArrayBuffer> {
  const block = new Uint32Array(parameterWords);
  const floats = new Float32Array(block.buffer);
  const value = (name: Integer | Float): number => assertDefined(values[name], `${kernel.name}: ${name}`);
  kernel.integers.forEach((name, index) => {
    block[index] = value(name);
  });
  kernel.floats.forEach((name, index) => {
    floats[kernel.integers.length + index] = value(name);
  });
  return block;
}
