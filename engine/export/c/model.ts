import type { LayerDescription } from '../../model/description.ts';
import type { Activation } from '../../ops/activation.ts';
import { transpose } from '../layout.ts';
import {
  describeSource,
  type ExportFile,
  type ExportSource,
  optionalWeight,
  textFile,
  weightOf,
} from '../source.ts';
import { ascii, CArrays, type CWeightType } from './arrays.ts';
import { footprint, headerCode } from './header.ts';
import { functionsCode } from './functions.ts';
import {
  activationCode,
  activationName,
  cellCode,
  denseCode,
  limitedCode,
  needsLimited,
  normalizeCode,
  productCode,
} from './parts.ts';

/** What the generated functions need to know of a model. */
export interface CModel {
  readonly source: ExportSource;
  /** Prefix of everything public. */
  readonly prefix: string;
  readonly weightType: CWeightType;
  readonly bidirectional: boolean;
  /** Floats of the states of all directions together. */
  readonly stateCount: number;
  /** Widest input, layer, read-out and dense layer. */
  readonly widest: number;
  readonly constantBytes: number;
  /** Bytes of the stream between two steps, and of the largest frames on the stack. */
  readonly streamBytes: number;
  readonly stackBytes: number;
}

/** STEM.c and STEM.h: C99 that needs nothing but the standard library's mathematics, and STEM.json with the data. */
export function exportC(source: ExportSource, stem: string, weightType: CWeightType): ExportFile[] {
  const arrays = new CArrays(weightType);
  const tables = tablesCode(source, arrays);
  const model = describe(source, stem, weightType, arrays.size);
  const before = ascii(beforeTables(model, stem));
  const after = ascii(`\n${tables}\n${functionsCode(model)}`);
  const bytes = new Uint8Array([before, ...arrays.parts, after].reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of [before, ...arrays.parts, after]) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return [
    { path: `${stem}.c`, bytes },
    { ...textFile(`${stem}.h`, headerCode(model, stem)), notes: footprint(model) },
    textFile(`${stem}.json`, `${JSON.stringify(describeSource(source, 'c'), null, 2)}\n`),
  ];
}

function describe(
  source: ExportSource,
  stem: string,
  weightType: CWeightType,
  constantBytes: number,
): CModel {
  const { model } = source;
  const stateCount = model.layers.reduce((sum, { width }) => sum + width, 0);
  const width = model.layers.at(-1)?.width ?? 0;
  const bidirectional = model.layers.some(({ directions }) => directions.length > 1);
  const widest = Math.max(
    model.inputWidth,
    ...model.layers.map((layer) => layer.width),
    ...model.head.map(({ units }) => units),
    model.output.units,
  );
  const units = Math.max(...model.layers.map((layer) => layer.units));
  const kept = model.readout === 'last' || model.readout === 'every' ? 0 : width;
  return {
    source,
    prefix: identifier(stem),
    weightType,
    bidirectional,
    stateCount,
    widest,
    constantBytes,
    streamBytes: 4 * (stateCount + kept) + 12,
    stackBytes: 4 * (2 * widest + 6 * units + (model.readout === 'attention' ? model.attentionSize : 0)),
  };
}

/** A name that C takes: letters, digits and underscores, not beginning with a digit. */
function identifier(stem: string): string {
  const name = stem.replace(/[^A-Za-z0-9_]/g, '_').toLowerCase();
  return /^[a-z]/.test(name) ? name : `model_${name}`;
}

function beforeTables({ source, weightType, widest }: CModel, stem: string): string {
  const { layers, head, output } = source.model;
  const used = new Set<Activation>([...head, output].map(({ activation }) => activation));
  for (const { config } of layers) used.add(config.gateActivation).add(config.candidateActivation);
  const features = {
    layerNormalization: layers.some(({ config }) => config.layerNormalization),
    clip: layers.some(({ config }) => config.clip !== null),
    zoneout: layers.some(({ config }) => config.zoneout > 0),
  };
  const units = Math.max(...layers.map((layer) => layer.units));
  return [
    `/* Made by GRU Workbench ${source.program}. See ${stem}.h. */`,
    `#include "${stem}.h"`,
    '',
    '#include <math.h>',
    '#include <stddef.h>',
    '#include <string.h>',
    '',
    `#define MAX_UNITS ${units}`,
    `#define MAX_WIDTH ${widest}`,
    '',
    `typedef ${weightType === 'int8' ? 'int8_t' : 'float'} weight;`,
    '',
    ...(features.clip || [...used].some(needsLimited) ? [limitedCode] : []),
    activationCode([...used]),
    productCode,
    ...(features.layerNormalization ? [normalizeCode] : []),
    cellCode(features),
    denseCode,
    '',
  ].join('\n');
}

/** The arrays of all weights, and the tables that point to them. */
function tablesCode(source: ExportSource, arrays: CArrays): string {
  const { model } = source;
  const lines: string[] = [];
  model.embeddings.forEach(({ name, entries, width }, index) => {
    const [table, scale] = arrays.matrix(`embedding_${index}`, weightOf(source, name), entries, width);
    lines.push(`#define EMBEDDING_${index} ${table}`, `#define EMBEDDING_${index}_SCALE ${scale}`);
  });
  const records = model.layers.flatMap((layer, index) =>
    layer.directions.map(({ name }, position) =>
      gruRecord(source, arrays, layer, name, `gru_${index}_${position}`),
    ),
  );
  lines.push(`static const gru layers[${records.length}] = {`, ...records, '};');
  if (model.readout === 'attention') {
    const width = model.layers.at(-1)?.width ?? 0;
    const size = model.attentionSize;
    const kernel = transpose(weightOf(source, 'attention.kernel'), width, size);
    const [matrix, scale] = arrays.matrix('attention_kernel', kernel, size, width);
    arrays.floats('attention_bias', weightOf(source, 'attention.bias'));
    arrays.floats('attention_vector', weightOf(source, 'attention.vector'));
    lines.push(`#define ATTENTION_KERNEL ${matrix}`, `#define ATTENTION_SCALE ${scale}`);
  }
  const head = [...model.head, model.output].map(({ name, inputs, units, activation }, index) => {
    const kernel = transpose(weightOf(source, `${name}.kernel`), inputs, units);
    const [matrix, scale] = arrays.matrix(`head_${index}_kernel`, kernel, units, inputs);
    const bias = arrays.floats(`head_${index}_bias`, weightOf(source, `${name}.bias`));
    return `  {${[inputs, units, activationName(activation), matrix, scale, bias].join(', ')}},`;
  });
  lines.push(`static const dense head[${head.length}] = {`, ...head, '};');
  return lines.join('\n');
}

function gruRecord(
  source: ExportSource,
  arrays: CArrays,
  { config, inputs, units }: LayerDescription,
  name: string,
  label: string,
): string {
  const { layers } = source.model;
  const kernel = transpose(weightOf(source, `${name}.kernel`), inputs, 3 * units);
  const recurrent = transpose(weightOf(source, `${name}.recurrent`), units, 3 * units);
  const [w, wScale] = arrays.matrix(`${label}_kernel`, kernel, 3 * units, inputs);
  const [r, rScale] = arrays.matrix(`${label}_recurrent`, recurrent, 3 * units, units);
  const vector = (weight: string): string => {
    const values = optionalWeight(source, `${name}.${weight}`);
    return values === null ? 'NULL' : arrays.floats(`${label}_${weight}`, values);
  };
  const some = (has: (layer: LayerDescription) => boolean, value: () => string): string[] =>
    layers.some(has) ? [value()] : [];
  return `  {${[
    inputs,
    units,
    Number(config.resetMode === 'before'),
    activationName(config.gateActivation),
    activationName(config.candidateActivation),
    ...some(
      (layer) => layer.config.clip !== null,
      () => floatLiteral(config.clip ?? 0),
    ),
    ...some(
      (layer) => layer.config.zoneout > 0,
      () => floatLiteral(config.zoneout),
    ),
    w,
    r,
    wScale,
    rScale,
    vector('bias'),
    vector('recurrentBias'),
    ...some(
      (layer) => layer.config.layerNormalization,
      () => vector('gain'),
    ),
    vector('initialState'),
  ].join(', ')}},`;
}

/** Nine digits tell every float32 from its neighbors. */
function floatLiteral(value: number): string {
  return `${value.toExponential(8)}f`;
}
