import type { TrainingConfig } from '../contract/training.ts';
import type { TrainingState } from '../contract/training-state.ts';

export type PlateauState = TrainingState['plateau'];

export const initialPlateau: PlateauState = { factor: 1, best: null, bad: 0, cooldown: 0 };

/** Rates that differ by less are not told apart (PyTorch `eps`). */
const smallestReduction = 1e-8;

/**
 * Reduce on plateau, after an epoch with this validation loss (PyTorch ReduceLROnPlateau, mode min, relative
 * threshold): after more than `patience` epochs that are not better than best * (1 - threshold), the factor on the
 * learning rate is multiplied, never below `minimumFactor`; then `cooldown` epochs are not counted.
 */
export function plateauAfter(
  state: PlateauState,
  config: TrainingConfig['plateau'],
  value: number,
  baseRate: number,
): PlateauState {
  if (config === null) return state;
  const better = state.best === null || value < state.best * (1 - config.threshold);
  const best = better ? value : state.best;
  const cooling = state.cooldown > 0;
  const cooldown = cooling ? state.cooldown - 1 : 0;
  const bad = better || cooling ? 0 : state.bad + 1;
  if (bad <= config.patience) return { factor: state.factor, best, bad, cooldown };
  const factor = Math.max(state.factor * config.factor, config.minimumFactor);
  const reduced = baseRate * (state.factor - factor) > smallestReduction;
  return { factor: reduced ? factor : state.factor, best, bad: 0, cooldown: config.cooldown };
}
