import type { FloatArray } from '../backends/backend.ts';
import type { Experiment } from '../contract/experiment.ts';
import type { TrainingState } from '../contract/training-state.ts';
import { parameterSize } from '../model/description.ts';
import { initialParameters } from '../model/initializers.ts';
import type { BuiltPlan } from '../plan/built.ts';
import { initialPlateau } from './plateau.ts';

/** The state of a run before its first update. Averages start at the initial weights. */
export function initialTrainingState(
  experiment: Experiment,
  built: BuiltPlan,
  precision: 'float32' | 'float64',
): TrainingState {
  const { model, training } = experiment;
  const Floats = precision === 'float64' ? Float64Array : Float32Array;
  const initial = initialParameters(built.model, model.initializers, training.seed);
  const parameters = new Map<string, FloatArray>();
  const optimizer = new Map<string, FloatArray>();
  const averages = new Map<string, FloatArray>();
  const accumulator = training.optimizer.kind === 'adagrad' ? training.optimizer.initialAccumulator : 0;
  for (const [name, planned] of built.parameters) {
    const values = new Floats(initial.get(name) ?? []);
    parameters.set(name, values);
    if (planned.average !== null) averages.set(name, values.slice());
    for (const slot of planned.optimizer) {
      const size = parameterSize(planned.description);
      optimizer.set(`${name}/${slot.name}`, new Floats(size).fill(accumulator));
    }
  }
  return {
    step: 0,
    microStep: 0,
    epoch: 0,
    batchInEpoch: 0,
    epochLossSum: 0,
    epochWeightSum: 0,
    parameters,
    optimizer,
    averages,
    carried: new Map(built.states.map(({ name, units }) => [name, new Floats(training.batchSize * units)])),
    best: null,
    epochsWithoutImprovement: 0,
    plateau: initialPlateau,
  };
}
