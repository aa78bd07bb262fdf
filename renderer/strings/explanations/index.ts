import { columnExplanations } from './columns.ts';
import { dataExplanations } from './data.ts';
import type { Explanation } from './explanation.ts';
import { initializerExplanations } from './initializers.ts';
import { lossExplanations } from './losses.ts';
import { modelExplanations } from './model.ts';
import { optimizerExplanations } from './optimizers.ts';
import { scheduleExplanations } from './schedules.ts';
import { sourceExplanations } from './sources.ts';
import { trainingExplanations } from './training.ts';

/** What every setting does; `explanation.ts` says how the keys are made. */
export const explanations: Readonly<Record<string, Explanation>> = {
  ...dataExplanations,
  ...modelExplanations,
  ...initializerExplanations,
  ...lossExplanations,
  ...optimizerExplanations,
  ...scheduleExplanations,
  ...trainingExplanations,
  ...sourceExplanations,
  ...columnExplanations,
};

/** The explanation of a place: `model.layers.0.units`, `training.optimizer:adam`; null where there is none. */
export function explanationOf(topic: string): Explanation | null {
  return explanations[patternOf(topic)] ?? null;
}

const records = /^(model\.initializers|training\.(?:regularizers|constraints))\.[A-Za-z]+(?=[.:])/;

/** The key of a place: elements of lists and records become `*`. */
export function patternOf(topic: string): string {
  return topic.replace(records, '$1.*').replace(/\.\d+(?=[.:]|$)/g, '.*');
}
