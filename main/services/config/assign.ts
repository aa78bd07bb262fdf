import { WorkbenchError } from '../../../engine/base/errors.ts';
import { nearest } from '../../../engine/base/nearest.ts';
import {
  childNode,
  experimentJsonSchema,
  isObject,
  knownKeys,
  resolveNode,
  type SchemaNode,
} from './schema.ts';

/**
 * Changes keys of a configuration from assignments as the command line takes them: `training.epochs=5`,
 * `model.layers.0.units=32`, `training.optimizer={"kind":"sgd","momentum":0.9}`.
 * - A value is JSON; what is not JSON is text.
 * - A list takes an index up to its length, which adds an element.
 * - Setting `kind` to another kind drops the settings of the old one; naming a kind in place of the whole
 *   (`training.optimizer=sgd`) does the same.
 * - A key under something that is null or absent makes it.
 * Returns a changed copy. Throws `config/unknown-key` and `usage/invalid`; values are checked later, all together.
 */
export function assignKeys(config: unknown, assignments: readonly string[]): unknown {
  const schema = experimentJsonSchema();
  return assignments.reduce((changed: unknown, assignment) => {
    const cut = assignment.indexOf('=');
    if (cut < 1) {
      throw new WorkbenchError('usage/invalid', `"${assignment}" is no assignment`, {
        hint: 'Write it as key=value, for example training.epochs=5.',
      });
    }
    const path = assignment.slice(0, cut).trim().split('.');
    return assign(changed, schema, path, [], assignment.slice(cut + 1).trim());
  }, config);
}

function assign(
  current: unknown,
  node: SchemaNode,
  path: readonly string[],
  walked: readonly string[],
  text: string,
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return valueFor(node, text);
  const present = resolveNode(node, current);
  if (key === 'kind' && node.oneOf !== undefined && rest.length === 0) {
    const kind = parseValue(text);
    return isObject(current) && current.kind === kind ? current : { kind };
  }
  const child = key === '$schema' ? undefined : childNode(present, key);
  if (child === undefined) throw unknownKey(present, [...walked, key], present.type === 'array');
  if (present.type === 'array') {
    const list = Array.isArray(current) ? [...current] : [];
    const index = Number(key);
    if (index > list.length) {
      throw new WorkbenchError(
        'config/unknown-key',
        `${walked.join('.')} has ${list.length} ${list.length === 1 ? 'element' : 'elements'}`,
        {
          where: [...walked, key].join('.'),
          hint: `Use an index from 0 to ${list.length}, which adds one.`,
        },
      );
    }
    list[index] = assign(list[index], child, rest, [...walked, key], text);
    return list;
  }
  const object = isObject(current) ? current : {};
  return { ...object, [key]: assign(object[key], child, rest, [...walked, key], text) };
}

function valueFor(node: SchemaNode, text: string): unknown {
  // A name made of digits stays text where text is wanted.
  const nullable = node.anyOf?.every(({ type }) => type === 'string' || type === 'null') === true;
  if (nullable && text === 'null') return null;
  if ((node.type === 'string' || nullable) && !text.startsWith('"')) return text;
  const value = parseValue(text);
  const kinds = (node.oneOf ?? node.anyOf?.find((variant) => variant.oneOf)?.oneOf ?? []).map(
    (variant) => variant.properties?.kind?.const,
  );
  return kinds.includes(value) ? { kind: value } : value;
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The error for a key that is not known, with the nearest one that is. */
export function unknownKey(node: SchemaNode, path: readonly string[], isList = false): WorkbenchError {
  const key = path.at(-1) ?? '';
  const parent = path.slice(0, -1);
  const known = knownKeys(node);
  const near = nearest(key, known);
  let hint = `The keys there are ${known.join(', ')}.`;
  if (isList) hint = 'Elements of a list have numbers: 0 is the first.';
  else if (near !== undefined) hint = `Did you mean ${[...parent, near].join('.')}?`;
  else if (known.length === 0) hint = `${parent.join('.') || 'It'} is a value without keys.`;
  return new WorkbenchError('config/unknown-key', `There is no key "${path.join('.')}"`, {
    hint,
    data: { key: path.join('.') },
  });
}
