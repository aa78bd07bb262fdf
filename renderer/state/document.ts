import { type Experiment, experimentSchema } from '../../engine/contract/experiment.ts';

/** A place in the configuration: `['training', 'optimizer', 'kind']`. */
export type Path = readonly (string | number)[];

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a text means with every default filled in, or null where it is not valid. */
export function readExperiment(text: string): Experiment | null {
  const value = readJson(text);
  if (!isObject(value)) return null;
  // Editors find the schema by this key; it is no part of the configuration.
  const { $schema: _, ...rest } = value;
  const result = experimentSchema.safeParse(rest);
  return result.success ? result.data : null;
}

/** The value of a JSON text, or undefined where it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function writeJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inside, key) => {
    if (Array.isArray(inside)) return inside[Number(key)];
    return isObject(inside) ? inside[key] : undefined;
  }, value);
}

/**
 * A copy of a value with something else at a path; objects on the way are made where they are missing. `undefined`
 * takes a key of an object, or an element of a list, away.
 */
export function withValue(value: unknown, path: Path, replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (typeof key === 'number') {
    const list: unknown[] = Array.isArray(value) ? [...value] : [];
    const inside = withValue(list[key], rest, replacement);
    if (inside === undefined) list.splice(key, 1);
    else list[key] = inside;
    return list;
  }
  const object = isObject(value) ? value : {};
  const inside = withValue(object[key], rest, replacement);
  if (inside !== undefined) return { ...object, [key]: inside };
  const { [key]: _, ...others } = object;
  return others;
}

/**
 * The text after a change of one place, the rest as the person wrote it. Lists on the way that the text leaves to
 * their default are written out first, so that a change of their second element does not lose the first.
 * @returns null where the text is no JSON object.
 */
export function editText(
  text: string,
  experiment: Experiment,
  path: Path,
  replacement: unknown,
): string | null {
  const value = readJson(text);
  if (!isObject(value)) return null;
  const index = path.findIndex((key) => typeof key === 'number');
  const list = index === -1 ? null : path.slice(0, index);
  const whole =
    list !== null && !Array.isArray(valueAt(value, list))
      ? withValue(value, list, valueAt(experiment, list))
      : value;
  return writeJson(withValue(whole, path, replacement));
}

/** `training.optimizer.kind` */
export function pathText(path: Path): string {
  return path.join('.');
}

/** The path that a dotted text means; whole numbers are elements of lists. */
export function parsePath(text: string): Path {
  return text === '' ? [] : text.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}
