import type { CModel } from './model.ts';

/** The public part: sizes, the stream, and how to call both ways of reading a sequence. */
export function headerCode(model: CModel, stem: string): string {
  const { source, prefix, bidirectional, stateCount } = model;
  const { inputs, outputs, layers, readout, output } = source.model;
  const upper = prefix.toUpperCase();
  const everyStep = outputs.rows === 'sequence';
  const width = layers.at(-1)?.width ?? 0;
  const names = outputs.kind === 'labels' ? outputs.classes : outputs.targets;
  const reads = readout === 'last' || readout === 'every';
  return `/*
 * ${comment(source.experiment.name)}, ${comment(source.run)}: a GRU network in C99, made by GRU Workbench ${source.program}.
 * Weights in ${model.weightType}, computation in float. Nothing is allocated; needs the C library's mathematics only.
 *
 * ${footprint(model).join('\n * ')}
 *
 * Features, in order: ${comment(inputs.features.join(', ')) || 'none'}
 * Tokens, in order: ${comment(inputs.tokens.map(({ name, entries }) => `${name} (0 to ${entries - 1})`).join(', ')) || 'none'}
 * Outputs, in order: ${comment(names.join(', '))}
 * ${stem}.json says how they are made from the columns of a table, and what the outputs mean.
 */
#ifndef ${upper}_H
#define ${upper}_H

#include <stdint.h>

#define ${upper}_FEATURES ${inputs.features.length}
#define ${upper}_TOKENS ${inputs.tokens.length}
#define ${upper}_STATE ${inputs.stateValues} /* values of a given initial state */
#define ${upper}_OUTPUTS ${output.units}

#ifdef __cplusplus
extern "C" {
#endif
${
  bidirectional
    ? `
/* Floats of workspace for a sequence. */
#define ${upper}_WORKSPACE(steps) (2 * (steps) * ${Math.max(source.model.inputWidth, ...layers.map((layer) => layer.width))})

/*
 * Predicts a whole sequence: features [steps][FEATURES], tokens [steps][TOKENS], state [STATE] (each NULL where the
 * count is 0) -> outputs ${everyStep ? '[steps][OUTPUTS]' : '[OUTPUTS]'}. Returns 0, or 1 where a token does not exist or steps is below 1.
 */
int ${prefix}_predict(const float *features, const int32_t *tokens, int steps, const float *state, float *outputs,
            float *workspace);
`
    : `
/* A sequence that is being read. */
typedef struct {
  float h[${stateCount}];
${reads ? '' : `  float sum[${width}];\n`}${readout === 'attention' ? '  float largest, total;\n' : ''}  int32_t count;
} ${prefix}_stream;

/* Starts a sequence; state [STATE], or NULL where the count is 0. */
void ${prefix}_start(${prefix}_stream *stream, const float *state);

/*
 * Reads one step: features [FEATURES], tokens [TOKENS] (NULL where the count is 0) -> outputs [OUTPUTS], the prediction
 * for the sequence so far. Returns 0, or 1 where a token does not exist.
 */
int ${prefix}_step(${prefix}_stream *stream, const float *features, const int32_t *tokens, float *outputs);

/* Reads a whole sequence: features [steps][FEATURES], ... -> outputs ${everyStep ? '[steps][OUTPUTS]' : '[OUTPUTS]'}. Returns 0, or 1. */
int ${prefix}_predict(const float *features, const int32_t *tokens, int steps, const float *state, float *outputs);
`
}
#ifdef __cplusplus
}
#endif

#endif
`;
}

/** What a microcontroller must have for it, a sentence each for flash and RAM. */
export function footprint(model: CModel): readonly [flash: string, ram: string] {
  const { prefix, bidirectional, constantBytes, streamBytes, stackBytes } = model;
  const held = bidirectional
    ? `4 * ${prefix.toUpperCase()}_WORKSPACE(steps) bytes of workspace`
    : `${streamBytes} bytes a stream`;
  return [
    `Flash: ${constantBytes} bytes of constants, and the code.`,
    `RAM: ${held}, and about ${stackBytes} bytes of stack in a call.`,
  ];
}

/** A text of a person within a comment. */
function comment(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll('*/', '* /')
    .replaceAll('/*', '/ *')
    .replaceAll('\\', '/')
    .replaceAll('??', '? ?');
}
