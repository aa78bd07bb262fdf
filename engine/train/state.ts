export type { TrainingState } from '../contract/training-state.ts';
