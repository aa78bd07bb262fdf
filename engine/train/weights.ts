import type { FloatArray } from '../backends/backend.ts';
import { WorkbenchError } from '../base/errors.ts';
import type { TrainingState } from '../contract/training-state.ts';
import type { Runner } from '../infer/runner.ts';
import { parameterSize } from '../model/description.ts';
import type { SlotId } from '../ops/matrix.ts';

type Weights = Pick<TrainingState, 'parameters' | 'optimizer' | 'averages'>;

/** Everything about weights that a state holds: where it lies in the plan, by the name it has in the state. */
function places(runner: Runner): Record<keyof Weights, { name: string; slot: SlotId; size: number }[]> {
  const planned = [...runner.built.parameters.values()];
  const place = (name: string, slot: SlotId, size: number) => ({ name, slot, size });
  return {
    parameters: planned.map(({ description, slot }) =>
      place(description.name, slot, parameterSize(description)),
    ),
    optimizer: planned.flatMap(({ description, optimizer }) =>
      optimizer.map((state) =>
        place(`${description.name}/${state.name}`, state.slot, parameterSize(description)),
      ),
    ),
    averages: planned.flatMap(({ description, average }) =>
      average === null ? [] : [place(description.name, average, parameterSize(description))],
    ),
  };
}

/**
 * Writes weights, optimizer slots and averages of a state to the backend.
 * @throws model/unknown-parameter, model/shape-mismatch when the state belongs to another model.
 */
export function loadWeights(runner: Runner, state: Weights): void {
  const all = places(runner);
  for (const part of ['parameters', 'optimizer', 'averages'] as const) {
    for (const { name, slot, size } of all[part]) {
      const values = state[part].get(name);
      if (values === undefined) {
        throw new WorkbenchError('model/unknown-parameter', `The saved state has no ${part} for "${name}"`, {
          hint: 'Resume with the model and optimizer the run was started with.',
        });
      }
      if (values.length !== size) {
        throw new WorkbenchError(
          'model/shape-mismatch',
          `"${name}" has ${values.length} saved values, but the model has ${size}`,
          { hint: 'Resume with the model the run was started with.' },
        );
      }
      runner.executable.writeFloats(slot, runner.convert(values));
    }
  }
}

/** Copies of weights, optimizer slots and averages. */
export async function readWeights(runner: Runner): Promise<Weights> {
  return {
    parameters: await readPart(runner, 'parameters'),
    optimizer: await readPart(runner, 'optimizer'),
    averages: await readPart(runner, 'averages'),
  };
}

async function readPart(runner: Runner, part: keyof Weights): Promise<Map<string, FloatArray>> {
  const values = new Map<string, FloatArray>();
  for (const { name, slot, size } of places(runner)[part]) {
    values.set(name, await runner.executable.readFloats(slot, size));
  }
  return values;
}

/** The weights that evaluation and the final model use: averages where they are kept. */
export async function evaluatedWeights(runner: Runner): Promise<Map<string, FloatArray>> {
  const averages = await readPart(runner, 'averages');
  const parameters = await readPart(runner, 'parameters');
  return new Map([...parameters].map(([name, values]) => [name, averages.get(name) ?? values]));
}
