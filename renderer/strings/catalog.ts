import type { Feature } from './feature.ts';
import { charts } from './features/charts.ts';
import { common } from './features/common.ts';
import { data } from './features/data.ts';
import { exports } from './features/exports.ts';
import { frame } from './features/frame.ts';
import { metrics } from './features/metrics.ts';
import { model } from './features/model.ts';
import { modelImport } from './features/model-import.ts';
import { runs } from './features/runs.ts';
import { settings } from './features/settings.ts';
import { start } from './features/start.ts';
import { train } from './features/train.ts';
import { understand } from './features/understand.ts';

/** Every text of the window. A new feature adds one line here. */
export const catalog = {
  common,
  frame,
  start,
  data,
  model,
  settings,
  charts,
  metrics,
  train,
  understand,
  runs,
  exports,
  modelImport,
};

type Singular<Key extends string> = Key extends `${infer Base}_one`
  ? Base
  : Key extends `${infer Base}_other`
    ? Base
    : Key;
type KeyOf<F> = F extends Feature<infer Key> ? Singular<Key> : never;

/** `frame.allSaved`: what may be asked of the catalog, plural forms under their common name. */
export type TextKey = {
  [Name in keyof typeof catalog]: `${Name}.${KeyOf<(typeof catalog)[Name]>}`;
}[keyof typeof catalog];

export type Language = 'en' | 'zh';

/** The catalog as i18next wants it: language, then feature, then key. */
export function resources(language: Language): Record<string, Readonly<Record<string, string>>> {
  return Object.fromEntries(Object.entries(catalog).map(([name, texts]) => [name, texts[language]]));
}
