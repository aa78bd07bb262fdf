import { isObject } from '../../state/document.ts';

/** Every setting of a configuration by its dotted path: `training.optimizer.kind`. Empty lists and objects are values. */
export function flatten(value: unknown, path = ''): ReadonlyMap<string, unknown> {
  const settings = new Map<string, unknown>();
  const entries = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  if (entries.length === 0) {
    if (path !== '') settings.set(path, value);
    return settings;
  }
  for (const [key, inside] of entries) {
    for (const [place, setting] of flatten(inside, path === '' ? String(key) : `${path}.${key}`)) {
      settings.set(place, setting);
    }
  }
  return settings;
}

export interface Difference {
  readonly path: string;
  /** In the order of the configurations; undefined where one does not have the setting. */
  readonly values: readonly unknown[];
}

/** Settings that are not the same in all configurations, in their order. The name of an experiment is no setting. */
export function differences(configurations: readonly unknown[]): readonly Difference[] {
  const flat = configurations.map((configuration) => flatten(configuration));
  const paths = new Set(flat.flatMap((settings) => [...settings.keys()]));
  return [...paths]
    .filter((path) => path !== 'name')
    .map((path) => ({ path, values: flat.map((settings) => settings.get(path)) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}
