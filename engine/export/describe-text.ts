import type { ModelDescription } from '../model/description.ts';

/** The parts of a model for a person, one line each, from input to output. */
export function describeModel(model: ModelDescription): string[] {
  const { inputs } = model;
  return [
    `${inputs.features.length} numeric inputs${inputs.stateValues > 0 ? `, ${inputs.stateValues} values of initial state` : ''}`,
    ...model.embeddings.map(
      ({ token, entries, width }) =>
        `embedding of ${inputs.tokens[token]?.name ?? token}: ${entries} entries of width ${width}`,
    ),
    ...model.layers.map(({ config, units }) => {
      const extras = [
        ...(config.bidirectional ? ['bidirectional'] : []),
        `reset ${{ before: 'before the recurrent product', after: 'after the recurrent product', afterRecurrentBias: 'after the recurrent product, with a bias of its own' }[config.resetMode]}`,
        `gates ${config.gateActivation}, candidate ${config.candidateActivation}`,
        ...(config.bias ? [] : ['no bias']),
        ...(config.clip === null ? [] : [`pre-activations limited to ${config.clip}`]),
        ...(config.layerNormalization ? ['layer normalization'] : []),
        ...(config.zoneout > 0 ? [`zoneout ${config.zoneout}`] : []),
        ...(config.residual ? ['residual connection'] : []),
        ...(config.initialState.kind === 'zeros' ? [] : [`initial state ${config.initialState.kind}`]),
      ];
      return `GRU of ${units} units: ${extras.join(', ')}`;
    }),
    `read-out: ${model.readout}${model.readout === 'attention' ? ` of size ${model.attentionSize}` : ''}`,
    ...model.head.map(({ units, activation }) => `dense layer of ${units} units, ${activation}`),
    `output layer of ${model.output.units}`,
  ];
}
