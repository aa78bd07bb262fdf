import type { Activation } from '../../ops/activation.ts';

/** Activations as C99 expressions of `x`. */
const expressions: Readonly<Record<Activation, string>> = {
  linear: 'x',
  sigmoid: '1.0f / (1.0f + expf(-x))',
  hardSigmoid: 'limited(x / 6.0f + 0.5f, 0.0f, 1.0f)',
  hardSigmoidOnnx: 'limited(0.2f * x + 0.5f, 0.0f, 1.0f)',
  tanh: 'tanhf(x)',
  relu: 'x > 0.0f ? x : 0.0f',
  leakyRelu: 'x > 0.0f ? x : 0.01f * x',
  elu: 'x > 0.0f ? x : expm1f(x)',
  selu: '1.0507009873554805f * (x > 0.0f ? x : 1.6732632423543772f * expm1f(x))',
  gelu: '0.5f * x * (1.0f + erff(x * 0.7071067811865476f))',
  softplus: '(x > 0.0f ? x : 0.0f) + log1pf(expf(-fabsf(x)))',
  softsign: 'x / (1.0f + fabsf(x))',
  swish: 'x / (1.0f + expf(-x))',
};

/** The name of an activation in the generated enumeration. */
export function activationName(activation: Activation): string {
  return `ACT_${activation.toUpperCase()}`;
}

/** `activate`, with the activations that the model uses and no others. */
export function activationCode(used: readonly Activation[]): string {
  return `typedef enum { ${used.map(activationName).join(', ')} } activation;

static float activate(activation kind, float x) {
  switch (kind) {
${used.map((activation) => `    case ${activationName(activation)}: return ${expressions[activation]};`).join('\n')}
  }
  return x;
}
`;
}

export const limitedCode = `static float limited(float x, float low, float high) {
  return x < low ? low : (x > high ? high : x);
}
`;

/** Whether the expression of an activation needs \`limited\`. */
export function needsLimited(activation: Activation): boolean {
  return expressions[activation].startsWith('limited');
}

export const productCode = `/* y[row] = matrix[row] . x for rows first..first+rows; a scale for each row where the matrix is quantized. */
static void multiply(const weight *matrix, const float *scale, const float *x, int first, int rows, int columns,
                     float *y) {
  int row, column;
  for (row = 0; row < rows; row++) {
    const weight *line = matrix + (size_t)(first + row) * (size_t)columns;
    float sum = 0.0f;
    for (column = 0; column < columns; column++) sum += (float)line[column] * x[column];
    y[row] = scale == NULL ? sum : sum * scale[first + row];
  }
}
`;

export const normalizeCode = `/* Layer normalization of one gate with its gain, in place. */
static void normalize(float *values, int count, const float *gain) {
  float mean = 0.0f, variance = 0.0f, factor;
  int i;
  for (i = 0; i < count; i++) mean += values[i];
  mean /= (float)count;
  for (i = 0; i < count; i++) variance += (values[i] - mean) * (values[i] - mean);
  factor = 1.0f / sqrtf(variance / (float)count + 1e-5f);
  for (i = 0; i < count; i++) values[i] = (values[i] - mean) * factor * gain[i];
}
`;

export interface CellFeatures {
  readonly layerNormalization: boolean;
  readonly clip: boolean;
  readonly zoneout: boolean;
}

/** The type of a direction of a layer and its step, with what the model uses of the options. */
export function cellCode(features: CellFeatures): string {
  const normalized = (values: string, block: string) =>
    features.layerNormalization
      ? `\n  if (g->gain != NULL) normalize(${values}, units, g->gain + (${block}) * units);`
      : '';
  const clipped = (value: string) =>
    features.clip ? `(g->clip > 0.0f ? limited(${value}, -g->clip, g->clip) : ${value})` : value;
  return `typedef struct {
  int inputs, units;
  int reset_before; /* the reset gate acts before the recurrent product */
  activation gate, candidate;
${features.clip ? '  float clip; /* limit of the pre-activations, or 0 */\n' : ''}${features.zoneout ? '  float zoneout;\n' : ''}  const weight *kernel, *recurrent; /* [3 * units][inputs], [3 * units][units]; gates z, r, n */
  const float *kernel_scale, *recurrent_scale;
  const float *bias, *recurrent_bias; /* [3 * units] or NULL */
${features.layerNormalization ? '  const float *gain; /* [6 * units] or NULL */\n' : ''}  const float *initial; /* [units] learned state before the first step, or NULL for zeros */
} gru;

/* One of the gates z (0) and r (1). */
static void compute_gate(const gru *g, int gate, const float *x, const float *h, float *result) {
  const int units = g->units;
  float u[MAX_UNITS];
  int i;
  multiply(g->kernel, g->kernel_scale, x, gate * units, units, g->inputs, result);
  multiply(g->recurrent, g->recurrent_scale, h, gate * units, units, units, u);${normalized('result', 'gate')}${normalized('u', '3 + gate')}
  for (i = 0; i < units; i++) {
    float sum = result[i] + u[i];
    if (g->bias != NULL) sum += g->bias[gate * units + i];
    if (g->recurrent_bias != NULL) sum += g->recurrent_bias[gate * units + i];
    result[i] = activate(g->gate, ${clipped('sum')});
  }
}

/* One step: h becomes the state after x. */
static void gru_step(const gru *g, const float *x, float *h) {
  const int units = g->units;
  float z[MAX_UNITS], r[MAX_UNITS], a[MAX_UNITS], u[MAX_UNITS];
  int i;
  compute_gate(g, 0, x, h, z);
  compute_gate(g, 1, x, h, r);
  multiply(g->kernel, g->kernel_scale, x, 2 * units, units, g->inputs, a);
  if (g->reset_before) {
    float reset[MAX_UNITS];
    for (i = 0; i < units; i++) reset[i] = r[i] * h[i];
    multiply(g->recurrent, g->recurrent_scale, reset, 2 * units, units, units, u);
  } else {
    multiply(g->recurrent, g->recurrent_scale, h, 2 * units, units, units, u);
  }${normalized('a', '2')}${normalized('u', '5')}
  for (i = 0; i < units; i++) {
    float part = u[i], sum = a[i], next;
    if (g->recurrent_bias != NULL) part += g->recurrent_bias[2 * units + i];
    if (!g->reset_before) part *= r[i];
    if (g->bias != NULL) sum += g->bias[2 * units + i];
    sum += part;
    next = z[i] * h[i] + (1.0f - z[i]) * activate(g->candidate, ${clipped('sum')});
    h[i] = ${features.zoneout ? 'g->zoneout * h[i] + (1.0f - g->zoneout) * next' : 'next'};
  }
}
`;
}

export const denseCode = `typedef struct {
  int inputs, units;
  activation kind;
  const weight *kernel; /* [units][inputs] */
  const float *scale, *bias;
} dense;

static void dense_step(const dense *d, const float *x, float *y) {
  int i;
  multiply(d->kernel, d->scale, x, 0, d->units, d->inputs, y);
  for (i = 0; i < d->units; i++) y[i] = activate(d->kind, y[i] + d->bias[i]);
}
`;
