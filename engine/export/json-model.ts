import { parameterSize } from '../model/description.ts';
import { describeSource, type ExportSource, weightOf } from './source.ts';

/**
 * The whole model as one readable JSON text: what `describeSource` tells, then every weight by name with its shape and
 * its values in row order, as the shortest decimal numbers that give the same float32 back.
 */
export function exportJson(source: ExportSource): Uint8Array {
  const head = JSON.stringify(describeSource(source, 'json'), null, 2).slice(0, -2);
  const parts: string[] = [`${head},\n  "weights": {`];
  source.model.parameters.forEach((parameter, index) => {
    const values = weightOf(source, parameter.name);
    const columns = parameter.shape.at(-1) ?? 1;
    parts.push(`${index === 0 ? '' : ','}\n    ${JSON.stringify(parameter.name)}: {\n`);
    parts.push(`      "shape": ${JSON.stringify(parameter.shape)},\n      "values": [`);
    for (let start = 0; start < parameterSize(parameter); start += columns) {
      const row = Array.from(values.subarray(start, start + columns), shortest);
      parts.push(`${start === 0 ? '' : ','}\n        ${row.join(', ')}`);
    }
    parts.push('\n      ]\n    }');
  });
  parts.push('\n  }\n}\n');
  return new TextEncoder().encode(parts.join(''));
}

/** The shortest decimal that rounds to the same float32; "null" for what JSON cannot say. */
function shortest(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  for (const digits of [7, 8]) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}
