import { WorkbenchError } from '../../base/errors.ts';

/** Values that a shader is compiled with: flags and sizes. Whole numbers become `u32`. */
export type Constants = Readonly<Record<string, number | boolean>>;

/**
 * The two directives of a `.wgsl` file, each on a line of its own:
 *
 * - `//#if NAME` or `//#if !NAME`, `//#else`, `//#end`: text for a flag
 * - `//#repeat i COUNT`, `//#end`: the text once for every i below a constant, with `$i` replaced. Registers indexed by
 *   a loop counter end up in slow memory with some drivers; names made of text cannot.
 *
 * Blocks nest; `{4*$i+1}` is calculated.
 */
export function expandTemplate(source: string, constants: Constants): string {
  return expandLines(source.split('\n'), constants).join('\n');
}

function expandLines(lines: readonly string[], constants: Constants): string[] {
  const expanded: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as string;
    const directive = /^\s*\/\/#(if|repeat)\s+(.*?)\s*$/.exec(line);
    if (directive === null) {
      expanded.push(line);
      continue;
    }
    const block = blockFrom(lines, index + 1);
    index = block.end;
    const [, kind, rest = ''] = directive;
    if (kind === 'if') {
      const negated = rest.startsWith('!');
      const on = Boolean(constantOf(negated ? rest.slice(1) : rest, constants)) !== negated;
      expanded.push(...expandLines(on ? block.body : block.otherwise, constants));
    } else {
      const [counter = '', count = ''] = rest.split(/\s+/);
      const times = /^\d+$/.test(count) ? Number(count) : Number(constantOf(count, constants));
      for (let turn = 0; turn < times; turn++) {
        const body = block.body.map((text) => calculate(text.replaceAll(`$${counter}`, String(turn))));
        expanded.push(...expandLines(body, constants));
      }
    }
  }
  return expanded;
}

/** `{4*2+1}` in a name becomes `9`. */
function calculate(text: string): string {
  return text.replace(/\{(\d+)\*(\d+)\+(\d+)\}/g, (_, factor: string, count: string, rest: string) =>
    String(Number(factor) * Number(count) + Number(rest)),
  );
}

/** The lines of a block that begins at `start`, and the position of its `//#end`. */
function blockFrom(lines: readonly string[], start: number) {
  const body: string[] = [];
  const otherwise: string[] = [];
  let target = body;
  let depth = 0;
  for (let end = start; end < lines.length; end++) {
    const line = lines[end] as string;
    if (/^\s*\/\/#(if|repeat)\s/.test(line)) depth += 1;
    if (/^\s*\/\/#end\s*$/.test(line)) {
      if (depth === 0) return { body, otherwise, end };
      depth -= 1;
    }
    if (depth === 0 && /^\s*\/\/#else\s*$/.test(line)) target = otherwise;
    else target.push(line);
  }
  throw new WorkbenchError('internal', 'A block of a shader has no end');
}

function constantOf(name: string, constants: Constants): number | boolean {
  const value = constants[name];
  if (value === undefined) throw new WorkbenchError('internal', `A shader asks for the constant ${name}`);
  return value;
}
