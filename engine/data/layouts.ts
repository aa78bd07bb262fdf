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
