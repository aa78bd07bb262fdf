import { assertDefined } from '../base/errors.ts';
import { inputNames, inputToken } from './input-names.ts';
import type { Preparation } from './preparation.ts';
import type { InputLayout, OutputLayout } from './prepared.ts';

export interface Layouts {
  readonly inputs: InputLayout;
  readonly outputs: OutputLayout;
}

/** Input and output widths alone, without a table: for building a model from a stored run. */
export function layoutsOf(preparation: Preparation): Layouts {
  const features = preparation.inputs.flatMap(inputNames);
  const tokens = preparation.inputs.map(inputToken).filter((token) => token !== null);
  const { task, horizon, outputKind, classes, stateColumns } = preparation;
  const columns = preparation.targets.map(({ column }) => column);
  const steps = Array.from({ length: horizon }, (_, step) => step + 1);
  const targets =
    task === 'forecast' ? steps.flatMap((step) => columns.map((column) => `${column}+${step}`)) : columns;
  return {
    inputs: { features, tokens, stateValues: stateColumns.length },
    outputs: {
      kind: outputKind,
      targets,
      classes,
      rows: task === 'tag' || task === 'next' ? 'sequence' : 'batch',
    },
  };
}

/**
 * For a closed-loop forecast: for each column among the targets the index of the numeric input that its prediction
 * becomes at the next step; null where a target is no input, some input is not predicted, or a target is scaled
 * otherwise than the input.
 */
export function feedbackInputs(preparation: Preparation): readonly number[] | null {
  const { inputs, targets, outputKind } = preparation;
  if (outputKind === 'labels' || inputs.length !== targets.length) return null;
  const places = targets.map(({ column, statistics }) => {
    const place = inputs.findIndex((input) => input.column === column);
    const input = inputs[place];
    if (input?.encoding === 'numeric' && statistics !== null) return place;
    return input?.encoding === 'binary' && statistics === null ? place : -1;
  });
  return places.includes(-1) ? null : places.map((place) => assertDefined(place, 'input'));
}
