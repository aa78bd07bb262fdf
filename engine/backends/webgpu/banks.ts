/**
 * The floats of a plan in one buffer, or in several of the same length where an adapter's buffers are too small for
 * all: place `at` is element `at % elements` of buffer `at / elements`. A slot may go on in the next buffer.
 */
export interface Banks {
  readonly count: number;
  /** Elements of each: a multiple of 4, so that a vector lies in one. */
  readonly elements: number;
}

/**
 * Most buffers of a plan. Every read and write of a shader asks which one it means, and compilers take the longer the
 * more there are: on SwiftShader 0.7 s for the kernels of a layer with two, 7 s with three, minutes with five.
 */
export const mostBanks = 3;

/** @param elements of one buffer at most. */
export function banksOf(floats: number, elements: number): Banks {
  return { count: Math.max(1, Math.ceil(floats / elements)), elements };
}

/** Elements of the buffer with this number, when `floats` are needed in all. */
export function bankSize({ elements }: Banks, floats: number, bank: number): number {
  return Math.min(elements, floats - bank * elements);
}

/** Number of the binding of the buffer of halves, after those of `mostBanks` buffers of floats. */
export const halfBinding = 5;

/** Number of the binding of a buffer of floats; those of integers and parameters are 1 and 2. */
export function bankBinding(bank: number): number {
  return bank === 0 ? 0 : bank + 2;
}

const declaration = /^@group\(0\) @binding\(0\) var<storage, read_write> (f4?): array<([^;]*)>;$/;

/** A shader for several buffers: every `f[place]` finds its buffer first. One buffer is addressed as it is written. */
export function withBanks(source: string, banks: Banks): string {
  if (banks.count === 1) return source;
  return source
    .split('\n')
    .flatMap((line) => {
      if (/^\s*\/\//.test(line)) return [];
      const declared = declaration.exec(line);
      if (declared === null) return [rewritten(line)];
      const [, name = '', type = ''] = declared;
      return declarations(banks, type, name === 'f4' ? banks.elements / 4 : banks.elements);
    })
    .join('\n');
}

function declarations({ count }: Banks, type: string, length: number): string[] {
  const all = Array.from({ length: count }, (_, bank) => bank);
  const label = (bank: number): string => (bank === count - 1 ? 'default' : `case ${bank}u`);
  return [
    ...all.map(
      (bank) =>
        `@group(0) @binding(${bankBinding(bank)}) var<storage, read_write> bank${bank}: array<${type}>;`,
    ),
    `fn loadBank(at: u32) -> ${type} {`,
    `  let place = at % ${length}u;`,
    `  switch (at / ${length}u) {`,
    ...all.map((bank) => `    ${label(bank)}: { return bank${bank}[place]; }`),
    '  }',
    '}',
    `fn storeBank(at: u32, value: ${type}) {`,
    `  let place = at % ${length}u;`,
    `  switch (at / ${length}u) {`,
    ...all.map((bank) => `    ${label(bank)}: { bank${bank}[place] = value; }`),
    '  }',
    '}',
  ];
}

/** A statement a line: `f[place] = value;`, `f[place] += value;`, or one that reads. */
function rewritten(line: string): string {
  const store = /^(\s*)f4?\[/.exec(line);
  if (store !== null) {
    const end = closing(line, store[0].length);
    const assignment = /^\s*([-+*/]?)=\s*(.*);\s*$/.exec(line.slice(end + 1));
    if (assignment !== null) {
      const place = reads(line.slice(store[0].length, end));
      const [, operator = '', value = ''] = assignment;
      const before = operator === '' ? '' : `loadBank(${place}) ${operator} `;
      return `${store[1]}storeBank(${place}, ${before}(${reads(value)}));`;
    }
  }
  return reads(line);
}

function reads(text: string): string {
  const found = /\bf4?\[/.exec(text);
  if (found === null) return text;
  const start = found.index + found[0].length;
  const end = closing(text, start);
  return `${text.slice(0, found.index)}loadBank(${reads(text.slice(start, end))})${reads(text.slice(end + 1))}`;
}

/** Place of the bracket that closes the one before `start`. */
function closing(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '[') depth += 1;
    if (text[at] === ']') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}
