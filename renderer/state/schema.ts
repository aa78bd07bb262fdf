import { z } from 'zod';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { isObject, type Path } from './document.ts';

/** The parts of JSON Schema that the schema of an experiment is made of. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly maxItems?: number;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** What a field of the form lets a person choose from. */
export type Shape =
  | { readonly kind: 'number'; readonly integer: boolean; readonly bounds: Bounds }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'variants'; readonly variants: readonly Variant[] }
  | { readonly kind: 'group'; readonly fields: readonly Field[] }
  | { readonly kind: 'list'; readonly element: SchemaNode; readonly longest: number | null }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly value: SchemaNode }
  /** A word such as "balanced", or a list of numbers. */
  | { readonly kind: 'wordOrNumbers'; readonly words: readonly string[] }
  /** Always the same: nothing to choose. */
  | { readonly kind: 'constant' };

export interface Bounds {
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** Whether the bound itself is not allowed. */
  readonly openMinimum: boolean;
  readonly openMaximum: boolean;
}

export interface Field {
  readonly key: string;
  readonly node: SchemaNode;
  /** Whether it may be left out, and has no default then. */
  readonly optional: boolean;
}

export interface Variant {
  readonly kind: string;
  readonly fields: readonly Field[];
}

/** The schema that the form is made from: the one that checks every configuration. */
export function experimentNode(): SchemaNode {
  return z.toJSONSchema(experimentSchema, { io: 'input' }) as SchemaNode;
}

export function isNullable(node: SchemaNode): boolean {
  return node.anyOf?.some((variant) => variant.type === 'null') ?? false;
}

/** The node without the null that it also allows. */
function withoutNull(node: SchemaNode): SchemaNode {
  if (!isNullable(node)) return node;
  const rest = (node.anyOf ?? []).filter((variant) => variant.type !== 'null');
  const [only] = rest;
  return rest.length === 1 && only !== undefined ? only : { ...node, anyOf: rest };
}

export function shapeOf(given: SchemaNode): Shape {
  const node = withoutNull(given);
  if (node.oneOf !== undefined) return { kind: 'variants', variants: node.oneOf.map(variantOf) };
  if (node.const !== undefined) return { kind: 'constant' };
  if (node.enum !== undefined) return { kind: 'choice', options: node.enum.map(String) };
  if (node.anyOf !== undefined) {
    const words = node.anyOf.flatMap((part) => (part.const === undefined ? [] : [String(part.const)]));
    return { kind: 'wordOrNumbers', words };
  }
  switch (node.type) {
    case 'integer':
    case 'number':
      return { kind: 'number', integer: node.type === 'integer', bounds: boundsOf(node) };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return { kind: 'list', element: node.items ?? {}, longest: node.maxItems ?? null };
    case 'object':
      if (node.properties !== undefined) return { kind: 'group', fields: fieldsOf(node) };
      return {
        kind: 'record',
        keys: (node.propertyNames?.enum ?? []).map(String),
        value: typeof node.additionalProperties === 'object' ? node.additionalProperties : {},
      };
    default:
      return { kind: 'text' };
  }
}

function fieldsOf(node: SchemaNode): Field[] {
  return Object.entries(node.properties ?? {}).map(([key, child]) => ({
    key,
    node: child,
    optional: child.default === undefined && node.required?.includes(key) !== true,
  }));
}

function variantOf(node: SchemaNode): Variant {
  const fields = fieldsOf(node).filter(({ key }) => key !== 'kind');
  return { kind: String(node.properties?.kind?.const), fields };
}

function boundsOf(node: SchemaNode): Bounds {
  // Whole numbers without a limit of their own carry those of exact integers.
  const real = (value: number | undefined) =>
    value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
  return {
    minimum: real(node.exclusiveMinimum) ?? real(node.minimum),
    maximum: real(node.exclusiveMaximum) ?? real(node.maximum),
    openMinimum: node.exclusiveMinimum !== undefined,
    openMaximum: node.exclusiveMaximum !== undefined,
  };
}

export function withinBounds(value: number, { minimum, maximum, openMinimum, openMaximum }: Bounds): boolean {
  const above = minimum === null || (openMinimum ? value > minimum : value >= minimum);
  const below = maximum === null || (openMaximum ? value < maximum : value <= maximum);
  return above && below;
}

/**
 * The node at a path, following the variant that `value` (the whole configuration) has there; undefined where the
 * schema knows no such place.
 */
export function nodeAt(root: SchemaNode, path: Path, value: unknown): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  let inside = value;
  for (const key of path) {
    if (node === undefined) return undefined;
    const shape = shapeOf(node);
    node = childOf(shape, key, inside);
    inside = isObject(inside) ? inside[key] : Array.isArray(inside) ? inside[Number(key)] : undefined;
  }
  return node;
}

function childOf(shape: Shape, key: string | number, value: unknown): SchemaNode | undefined {
  switch (shape.kind) {
    case 'group':
      return shape.fields.find((field) => field.key === key)?.node;
    case 'list':
      return typeof key === 'number' ? shape.element : undefined;
    case 'record':
      return shape.keys.includes(String(key)) ? shape.value : undefined;
    case 'variants': {
      const kind = isObject(value) ? value.kind : undefined;
      const variant = shape.variants.find((candidate) => candidate.kind === kind);
      return variant?.fields.find((field) => field.key === key)?.node;
    }
    default:
      return undefined;
  }
}

/** What a new element of a list, or a switched-on group, is written as: every default is filled in by the schema. */
export function emptyValue(node: SchemaNode): unknown {
  const shape = shapeOf(node);
  switch (shape.kind) {
    case 'variants':
      return { kind: shape.variants[0]?.kind };
    case 'group':
    case 'record':
      return {};
    case 'list':
      return [];
    case 'boolean':
      return false;
    case 'number':
      return shape.bounds.minimum ?? 0;
    default:
      return '';
  }
}

/** Every place that a person can set, with `*` for elements, `path:kind` for the choices of a union. */
export function settingPatterns(node: SchemaNode, prefix = ''): string[] {
  const shape = shapeOf(node);
  const join = (key: string) => (prefix === '' ? key : `${prefix}.${key}`);
  const inside = (fields: readonly Field[]) =>
    fields.flatMap((field) => settingPatterns(field.node, join(field.key)));
  switch (shape.kind) {
    case 'constant':
      return [];
    case 'group':
      return [...(prefix === '' ? [] : [prefix]), ...inside(shape.fields)];
    case 'variants':
      return [
        prefix,
        ...shape.variants.flatMap((variant) => [`${prefix}:${variant.kind}`, ...inside(variant.fields)]),
      ];
    case 'list': {
      const element = shapeOf(shape.element);
      return element.kind === 'group'
        ? [prefix, ...settingPatterns(shape.element, join('*')).slice(1)]
        : [prefix];
    }
    case 'record':
      return [prefix, ...settingPatterns(shape.value, join('*')).filter((path) => !path.endsWith('.*'))];
    default:
      return [prefix];
  }
}
