import type { CModel } from './model.ts';

/** The public functions, written for the one model. */
export function functionsCode(model: CModel): string {
  return [
    inputCode(model),
    headCode(),
    readoutCode(model),
    model.bidirectional ? wholeSequenceCode(model) : streamCode(model),
  ].join('\n');
}

/** Features, then every embedding. */
function inputCode({ source, weightType }: CModel): string {
  const { inputs, embeddings } = source.model;
  const features = inputs.features.length;
  const unused = [...(features === 0 ? ['features'] : []), ...(embeddings.length === 0 ? ['tokens'] : [])];
  const lookups = embeddings.map(({ token, entries, width, column }, index) => {
    const value = `(float)EMBEDDING_${index}[tokens[${token}] * ${width} + i]`;
    const scaled = weightType === 'int8' ? `${value} * EMBEDDING_${index}_SCALE[tokens[${token}]]` : value;
    return `  if (tokens[${token}] < 0 || tokens[${token}] >= ${entries}) return 1;
  for (i = 0; i < ${width}; i++) x[${column} + i] = ${scaled};`;
  });
  return `/* What the first layer reads. */
static int read_input(const float *features, const int32_t *tokens, float *x) {
${embeddings.length > 0 ? '  int i;\n' : ''}${unused.map((name) => `  (void)${name};\n`).join('')}${
  features > 0 ? `  memcpy(x, features, ${features} * sizeof(float));\n` : ''
}${lookups.length > 0 ? `${lookups.join('\n')}\n` : ''}  return 0;
}
`;
}

function headCode(): string {
  return `/* The dense layers; x is used up. */
static void run_head(float *x, float *outputs) {
  float y[MAX_WIDTH];
  const int last = (int)(sizeof(head) / sizeof(head[0])) - 1;
  int i;
  for (i = 0; i < last; i++) {
    dense_step(&head[i], x, y);
    memcpy(x, y, (size_t)head[i].units * sizeof(float));
  }
  dense_step(&head[last], x, outputs);
}
`;
}

/** The score of the attention read-out. */
function readoutCode({ source }: CModel): string {
  const { readout, attentionSize, layers } = source.model;
  if (readout !== 'attention') return '';
  return `static float attention_score(const float *x) {
  float y[${attentionSize}];
  float score = 0.0f;
  int i;
  multiply(ATTENTION_KERNEL, ATTENTION_SCALE, x, 0, ${attentionSize}, ${layers.at(-1)?.width}, y);
  for (i = 0; i < ${attentionSize}; i++) score += tanhf(y[i] + attention_bias.values[i]) * attention_vector.values[i];
  return score;
}
`;
}

/**
 * How a state is added to what was read so far; afterwards x holds what the head sees.
 * @param stream the expression that holds `sum`, `largest`, `total` and `count`.
 */
function accumulate({ source }: CModel, stream: string): string {
  const { readout, layers } = source.model;
  const width = layers.at(-1)?.width ?? 0;
  const loop = (statement: string) => `  for (i = 0; i < ${width}; i++) ${statement}\n`;
  switch (readout) {
    case 'last':
    case 'every':
      return '';
    case 'mean':
      return loop(`{ ${stream}sum[i] += x[i]; x[i] = ${stream}sum[i] / (float)${stream}count; }`);
    case 'max':
      return loop(
        `{ if (${stream}count == 1 || x[i] > ${stream}sum[i]) ${stream}sum[i] = x[i]; x[i] = ${stream}sum[i]; }`,
      );
    case 'attention':
      // A softmax over the scores so far; a larger score rescales what was summed.
      return `  {
    const float score = attention_score(x);
    const float larger = ${stream}count == 1 || score > ${stream}largest ? score : ${stream}largest;
    const float shrink = ${stream}count == 1 ? 0.0f : expf(${stream}largest - larger);
    const float share = expf(score - larger);
    ${stream}largest = larger;
    ${stream}total = ${stream}total * shrink + share;
    for (i = 0; i < ${width}; i++) {
      ${stream}sum[i] = ${stream}sum[i] * shrink + share * x[i];
      x[i] = ${stream}sum[i] / ${stream}total;
    }
  }
`;
  }
}

function streamCode(model: CModel): string {
  const { source, prefix } = model;
  const { layers, inputs, outputs } = source.model;
  const given = layers.some(({ directions }) => directions.some(({ stateColumn }) => stateColumn !== null));
  let offset = 0;
  const starts: string[] = [];
  const steps: string[] = [];
  layers.forEach(({ config, units, directions }, index) => {
    const h = `stream->h + ${offset}`;
    const column = directions[0]?.stateColumn ?? null;
    starts.push(
      column === null
        ? `  if (layers[${index}].initial != NULL) memcpy(${h}, layers[${index}].initial, ${units} * sizeof(float));`
        : `  memcpy(${h}, state + ${column}, ${units} * sizeof(float));`,
    );
    steps.push(
      `  gru_step(&layers[${index}], x, ${h});`,
      config.residual
        ? `  for (i = 0; i < ${units}; i++) x[i] += stream->h[${offset} + i];`
        : `  memcpy(x, ${h}, ${units} * sizeof(float));`,
    );
    offset += units;
  });
  const accumulated = accumulate(model, 'stream->');
  const loops = accumulated !== '' || layers.some(({ config }) => config.residual);
  const row = outputs.rows === 'sequence' ? `outputs + (size_t)t * ${source.model.output.units}` : 'outputs';
  return `void ${prefix}_start(${prefix}_stream *stream, const float *state) {
${given ? '' : '  (void)state;\n'}  memset(stream, 0, sizeof(*stream));
${starts.join('\n')}
}

int ${prefix}_step(${prefix}_stream *stream, const float *features, const int32_t *tokens, float *outputs) {
  float x[MAX_WIDTH];
${loops ? '  int i;\n' : ''}  if (read_input(features, tokens, x) != 0) return 1;
${steps.join('\n')}
  stream->count += 1;
${accumulated}  run_head(x, outputs);
  return 0;
}

int ${prefix}_predict(const float *features, const int32_t *tokens, int steps, const float *state, float *outputs) {
  ${prefix}_stream stream;
  int t;
  if (steps < 1) return 1;
  ${prefix}_start(&stream, state);
  for (t = 0; t < steps; t++) {
    if (${prefix}_step(&stream, ${at('features', inputs.features.length)}, ${at('tokens', inputs.tokens.length)}, ${row}) != 0) return 1;
  }
  return 0;
}
`;
}

/** Row t of an array, or the pointer itself where it has no columns. */
function at(name: string, columns: number): string {
  return columns === 0 ? name : `${name} + (size_t)t * ${columns}`;
}

function wholeSequenceCode(model: CModel): string {
  const { source, prefix } = model;
  const { layers, inputs, outputs, inputWidth, readout, output } = source.model;
  const stride = Math.max(inputWidth, ...layers.map(({ width }) => width));
  const last = layers.at(-1);
  const width = last?.width ?? 0;
  const given = layers.some(({ directions }) => directions.some(({ stateColumn }) => stateColumn !== null));
  let record = 0;
  const passes = layers.flatMap(({ config, units, width: columns, inputs: below, directions }, index) => [
    `  /* layer ${index} */`,
    ...(config.residual
      ? [
          `  for (t = 0; t < steps; t++) memcpy(to + t * ${stride}, from + t * ${stride}, ${columns} * sizeof(float));`,
        ]
      : []),
    ...directions.flatMap(({ reverse, column, stateColumn }) => {
      const g = `layers[${record}]`;
      record += 1;
      const initial =
        stateColumn === null
          ? [
              '  memset(h, 0, sizeof(h));',
              `  if (${g}.initial != NULL) memcpy(h, ${g}.initial, ${units} * sizeof(float));`,
            ]
          : [`  memcpy(h, state + ${stateColumn}, ${units} * sizeof(float));`];
      const order = reverse ? 't = steps - 1; t >= 0; t--' : 't = 0; t < steps; t++';
      return [
        ...initial,
        `  for (${order}) {`,
        `    gru_step(&${g}, from + t * ${stride}, h);`,
        config.residual
          ? `    for (i = 0; i < ${units}; i++) to[t * ${stride} + ${column} + i] += h[i];`
          : `    memcpy(to + t * ${stride} + ${column}, h, ${units} * sizeof(float));`,
        '  }',
      ];
    }),
    `  swap = from; from = to; to = swap; /* now [steps][${columns}] where there was [steps][${below}] */`,
  ]);
  const reading = readingCode(model, stride, width, outputs.rows === 'sequence' ? output.units : 0);
  const summing = readout === 'mean' || readout === 'max' || readout === 'attention';
  const loops = summing || layers.some(({ config }) => config.residual);
  return `int ${prefix}_predict(const float *features, const int32_t *tokens, int steps, const float *state, float *outputs,
            float *workspace) {
  float *from = workspace, *to = workspace + (ptrdiff_t)steps * ${stride}, *swap;
  float h[MAX_UNITS], x[MAX_WIDTH];
${summing ? `  struct { float sum[${width}], largest, total; int32_t count; } read;\n` : ''}  ptrdiff_t t;
${loops ? '  int i;\n' : ''}${given ? '' : '  (void)state;\n'}  if (steps < 1) return 1;
  for (t = 0; t < steps; t++) {
    if (read_input(${at('features', inputs.features.length)}, ${at('tokens', inputs.tokens.length)}, from + t * ${stride}) != 0) return 1;
  }
${passes.join('\n')}
${reading}  return 0;
}
`;
}

/** From the states of all steps, in `from`, to outputs. */
function readingCode(model: CModel, stride: number, width: number, outputColumns: number): string {
  const { readout, layers } = model.source.model;
  if (readout === 'every') {
    return `  for (t = 0; t < steps; t++) {
    memcpy(x, from + t * ${stride}, ${width} * sizeof(float));
    run_head(x, outputs + t * ${outputColumns});
  }
`;
  }
  if (readout === 'last') {
    const parts = (layers.at(-1)?.directions ?? []).map(({ reverse, column }) => {
      const row = reverse ? '' : `(ptrdiff_t)(steps - 1) * ${stride} + `;
      return `  memcpy(x + ${column}, from + ${row}${column}, ${layers.at(-1)?.units} * sizeof(float));`;
    });
    return `  /* The last state of each direction: the reversed one ends at the first step. */
${parts.join('\n')}
  run_head(x, outputs);
`;
  }
  const accumulated = accumulate(model, 'read.').replace(/^/gm, '  ').trimEnd();
  return `  memset(&read, 0, sizeof(read));
  for (t = 0; t < steps; t++) {
    memcpy(x, from + t * ${stride}, ${width} * sizeof(float));
    read.count += 1;
${accumulated}
  }
  run_head(x, outputs);
`;
}
