import { base64 } from '../base64.ts';
import { joinBytes } from '../bytes.ts';
import { concatenate } from '../layout.ts';
import { type ExportFile, type ExportSource, textFile, weightOf } from '../source.ts';
import { beyondRows, javascriptProcessing } from './processing.ts';
import { javascriptRuntime } from './runtime.ts';

/** STEM.mjs, an ECMAScript module without dependencies that holds the weights, and its types STEM.d.mts. */
export function exportJavascript(source: ExportSource, stem: string): ExportFile[] {
  return [
    { path: `${stem}.mjs`, bytes: moduleBytes(source) },
    textFile(`${stem}.d.mts`, declarations(source)),
  ];
}

const encoder = new TextEncoder();

function moduleBytes(source: ExportSource): Uint8Array {
  const { model, preparation, experiment } = source;
  const beyond = beyondRows(preparation);
  const values = concatenate(model.parameters.map(({ name }) => weightOf(source, name)));
  const before = [
    `// ${oneLine(experiment.name)}, ${oneLine(source.run)}: a GRU network by GRU Workbench ${source.program}. No dependencies.`,
    '// import { predict } from the module: predict({ features, tokens, state }) reads one sequence, row by row.',
    `const architecture = ${JSON.stringify(architectureOf(source), null, 2)};`,
    '',
    ...(beyond !== null
      ? [`// There are no prepare() and interpret(): ${oneLine(beyond)}.`]
      : [
          `const preparation = ${JSON.stringify({ inputs: preparation?.inputs, targets: preparation?.targets })};`,
          `const outputKind = ${JSON.stringify(model.outputs.kind)};`,
          `const classes = ${JSON.stringify(model.outputs.classes)};`,
          `const targets = ${JSON.stringify(model.outputs.targets)};`,
          `const loss = ${JSON.stringify(experiment.training.loss)};`,
        ]),
    '// Little-endian float32 numbers of all weights, one after the other.',
    'const packed =',
    "  '",
  ].join('\n');
  const after = [
    "';",
    '',
    '/** Every weight by name, row by row; gates in columns: update, reset, candidate. */',
    'const weights = unpack({',
    ...model.parameters.map(({ name, shape }) => `  ${JSON.stringify(name)}: [${shape.join(', ')}],`),
    '});',
    '',
    'function unpack(shapes) {',
    '  const text = atob(packed);',
    '  const view = new DataView(new ArrayBuffer(text.length));',
    '  for (let i = 0; i < text.length; i++) view.setUint8(i, text.charCodeAt(i));',
    '  const named = Object.create(null);',
    '  let offset = 0;',
    '  for (const [name, shape] of Object.entries(shapes)) {',
    '    const length = shape.reduce((product, size) => product * size, 1);',
    '    named[name] = Float32Array.from({ length }, (_, i) => view.getFloat32(4 * (offset + i), true));',
    '    offset += length;',
    '  }',
    '  return named;',
    '}',
    javascriptRuntime,
    ...(beyond === null ? [javascriptProcessing] : []),
  ].join('\n');
  return joinBytes([encoder.encode(before), base64(littleEndian(values)), encoder.encode(after)]);
}

function architectureOf({ model }: ExportSource) {
  return {
    features: model.inputs.features,
    tokens: model.inputs.tokens.map(({ name }) => name),
    inputWidth: model.inputWidth,
    embeddings: model.embeddings,
    layers: model.layers.map(({ config, units, width, directions }) => ({
      units,
      width,
      resetMode: config.resetMode,
      gateActivation: config.gateActivation,
      candidateActivation: config.candidateActivation,
      clip: config.clip,
      zoneout: config.zoneout,
      residual: config.residual,
      directions,
    })),
    readout: model.readout,
    attentionSize: model.attentionSize,
    head: [...model.head, model.output].map(({ name, units, activation }) => ({ name, units, activation })),
  };
}

function declarations({ model, preparation }: ExportSource): string {
  const rows = model.outputs.rows === 'sequence' ? '[steps, outputs]' : '[outputs]';
  const outputs = model.outputs.kind === 'labels' ? model.outputs.classes : model.outputs.targets;
  return [
    'export interface Sequence {',
    `  /** [steps, ${model.inputs.features.length}] row by row: ${oneLine(model.inputs.features.join(', '))} */`,
    '  readonly features?: ArrayLike<number>;',
    `  /** [steps, ${model.inputs.tokens.length}] row by row: ${oneLine(model.inputs.tokens.map(({ name }) => name).join(', '))} */`,
    '  readonly tokens?: ArrayLike<number>;',
    `  /** [${model.inputs.stateValues}] initial states, layer by layer. */`,
    '  readonly state?: ArrayLike<number>;',
    '}',
    '',
    '/**',
    ` * Predicts one whole sequence: ${rows}, ${model.output.units} outputs.`,
    ` * They stand for: ${oneLine(outputs.join(', '))}.`,
    ' */',
    'export declare function predict(sequence: Sequence): Float32Array;',
    '',
    '/** Reads a sequence one step at a time. Throws for a bidirectional model. */',
    'export declare class Stream {',
    '  constructor(state?: ArrayLike<number>);',
    '  /** Starts a new sequence. */',
    '  reset(state?: ArrayLike<number>): void;',
    '  /** The prediction for the sequence so far. */',
    '  step(features?: ArrayLike<number>, tokens?: ArrayLike<number>): Float32Array;',
    '}',
    ...(beyondRows(preparation) !== null
      ? []
      : [
          '',
          '/** One row of a table, by column names, as features and tokens: normalized and encoded as in training. */',
          'export declare function prepare(',
          '  row: Readonly<Record<string, number | string>>,',
          '  series?: string,',
          '): { features: number[]; tokens: number[] };',
          '',
          '/** One row of outputs by name: values in the units of the file, or probabilities. */',
          'export declare function interpret(outputs: ArrayLike<number>, series?: string): Record<string, number>;',
        ]),
    '',
  ].join('\n');
}

/** A text of a person within a comment: it can neither end the comment nor begin a line of code. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replaceAll('*/', '* /');
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setFloat32(4 * index, value, true);
  });
  return bytes;
}
