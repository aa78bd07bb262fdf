import { z } from 'zod';
import { experimentSchema } from '../../../engine/contract/experiment.ts';

/** The parts of JSON Schema that the schema of an experiment is made of. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  /** Of a record: what its values are, and what its keys may be. */
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** JSON Schema of what a person may write into config.json. */
export function experimentJsonSchema(): SchemaNode {
  const schema = spellTypes(z.toJSONSchema(experimentSchema, { io: 'input' })) as SchemaNode;
  return {
    ...schema,
    // Editors find the schema by this key; the program ignores it.
    properties: { $schema: { type: 'string' }, ...schema.properties },
  };
}

/** A list of types ("string or null") as the alternatives it stands for, so that a node has one type. */
function spellTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spellTypes);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inside]) =>
    key === 'type' && Array.isArray(inside)
      ? ['anyOf', inside.map((one) => ({ type: one }))]
      : [key, spellTypes(inside)],
  );
  return Object.fromEntries(entries);
}

/** The text of resources/schema/experiment.schema.json, which also goes into every project. */
export function experimentSchemaText(): string {
  return `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;
}

/**
 * What may stand at a place, as one node: the variant of a union that the present value has, and never the null of
 * something that can be left out.
 */
export function resolveNode(node: SchemaNode, value: unknown): SchemaNode {
  const kind = isObject(value) ? value.kind : undefined;
  if (node.oneOf !== undefined) {
    return node.oneOf.find((variant) => variant.properties?.kind?.const === kind) ?? node;
  }
  if (node.anyOf !== undefined) {
    const present = node.anyOf.filter((variant) => variant.type !== 'null');
    const fitting = present.find((variant) => fits(variant, value)) ?? present[0];
    return fitting === undefined ? node : resolveNode(fitting, value);
  }
  return node;
}

function fits(node: SchemaNode, value: unknown): boolean {
  if (node.oneOf !== undefined || node.anyOf !== undefined) return isObject(value);
  if (node.type === 'object') return isObject(value);
  if (node.type === 'array') return Array.isArray(value);
  return node.type === typeof value;
}

/** What may stand under a key of a node, or undefined where it knows no such key. */
export function childNode(node: SchemaNode, key: string): SchemaNode | undefined {
  if (node.type === 'array') return /^\d+$/.test(key) ? node.items : undefined;
  const named = node.properties?.[key];
  if (named !== undefined) return named;
  const allowed = node.propertyNames?.enum;
  if (typeof node.additionalProperties !== 'object') return undefined;
  return allowed === undefined || allowed.includes(key) ? node.additionalProperties : undefined;
}

/** The keys that may stand in a node. */
export function knownKeys(node: SchemaNode): string[] {
  if (node.oneOf !== undefined) return [...new Set(node.oneOf.flatMap(knownKeys))];
  const named = Object.keys(node.properties ?? {}).filter((key) => key !== '$schema');
  return [...named, ...(node.propertyNames?.enum ?? []).map(String)];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
