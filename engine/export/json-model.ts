import { parameterSize } from '../model/description.ts';
import { DecimalText } from './decimal.ts';
import { describeSource, type ExportSource, weightOf } from './source.ts';

/**
 * The whole model as one readable JSON text: what `describeSource` tells, then every weight by name with its shape and
 * its values in row order, as the shortest decimal numbers that give the same float32 back.
 */
export function exportJson(source: ExportSource): Uint8Array {
  const text = new DecimalText();
  text.text(`${JSON.stringify(describeSource(source, 'json'), null, 2).slice(0, -2)},\n  "weights": {`);
  source.model.parameters.forEach((parameter, index) => {
    const values = weightOf(source, parameter.name);
    const columns = parameter.shape.at(-1) ?? 1;
    text.text(`${index === 0 ? '' : ','}\n    ${JSON.stringify(parameter.name)}: {\n`);
    text.text(`      "shape": ${JSON.stringify(parameter.shape)},\n      "values": [`);
    for (let start = 0; start < parameterSize(parameter); start += columns) {
      text.text(`${start === 0 ? '' : ','}\n        `);
      text.row(values.subarray(start, start + columns), ', ');
    }
    text.text('\n      ]\n    }');
  });
  text.text('\n  }\n}\n');
  return text.bytes();
}
