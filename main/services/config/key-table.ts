import { experimentJsonSchema, type SchemaNode } from './schema.ts';

/** One key of the configuration, for people. */
export interface KeyRow {
  /** `model.layers.0.units`; `*` stands for any of the keys above it in the table. */
  readonly key: string;
  readonly values: string;
  /** JSON text, or the empty string where the key must be given. */
  readonly default: string;
  /** Kinds that have the key, or the empty string where it is always there. */
  readonly onlyWith: string;
  readonly meaning: string;
}

/** Every key, made from the schema that checks it. */
export function keyTable(): KeyRow[] {
  const rows: KeyRow[] = [];
  describe(experimentJsonSchema(), '', '', rows);
  return rows;
}

/** The table as Markdown, not aligned, as some cells are long: what CONFIGURATION.md holds. */
export function keyTableMarkdown(): string {
  const rows = keyTable().map(({ key, values, default: initial, onlyWith, meaning }) => {
    const text = [onlyWith === '' ? '' : `only with ${onlyWith}`, meaning].filter((part) => part !== '');
    const shown = initial === '' ? '' : `\`${escapeCell(initial)}\``;
    return [`\`${key}\``, escapeCell(values), shown, escapeCell(text.join('; '))];
  });
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    '# Configuration keys',
    '',
    'Made from the schema by `gru schema --markdown`; a test holds it current. Every key can be set in `config.json`',
    'of a project, or for one run with `gru train DIR --set key=value`.',
    '',
    line(['key', 'values', 'default', 'meaning']),
    line(['---', '---', '---', '---']),
    ...rows.map(line),
    '',
  ].join('\n');
}

function describe(node: SchemaNode, path: string, onlyWith: string, rows: KeyRow[]): void {
  const properties = Object.entries(node.properties ?? {}).filter(
    ([key]) => key !== '$schema' && key !== 'version',
  );
  const alike =
    properties.length > 2 &&
    properties.every(([, child]) => child.oneOf && sameShape(child, properties[0]?.[1]));
  for (const [key, child] of properties) {
    const place = path === '' ? key : `${path}.${key}`;
    if (!isGroup(child)) rows.push(row(place, child, onlyWith, node));
    if (!alike) describeInside(child, place, onlyWith, rows);
  }
  const first = properties[0]?.[1];
  if (alike && first !== undefined) describeInside(first, `${path}.*`, onlyWith, rows);
}

/** Rows of what lies under a key: keys of an object, of an element, of every variant, of the values of a record. */
function describeInside(node: SchemaNode, path: string, onlyWith: string, rows: KeyRow[]): void {
  if (node.properties !== undefined) describe(node, path, onlyWith, rows);
  if (node.items !== undefined) describeInside(node.items, `${path}.0`, onlyWith, rows);
  if (typeof node.additionalProperties === 'object')
    describeInside(node.additionalProperties, `${path}.*`, onlyWith, rows);
  for (const variant of node.anyOf ?? []) describeInside(variant, path, onlyWith, rows);
  if (node.oneOf !== undefined) describeVariants(node.oneOf, path, rows);
}

function describeVariants(variants: readonly SchemaNode[], path: string, rows: KeyRow[]): void {
  const kinds = variants.map(kindOf);
  const meaning = variants
    .filter(({ description }) => description !== undefined)
    .map((variant) => `${kindOf(variant)}: ${variant.description}`)
    .join('; ');
  rows.push({ key: `${path}.kind`, values: kinds.join(', '), default: '', onlyWith: '', meaning });
  const found = new Map<string, { readonly row: KeyRow; readonly kinds: string[] }>();
  for (const variant of variants) {
    const inside: KeyRow[] = [];
    const { kind: _, ...rest } = variant.properties ?? {};
    describe({ ...variant, properties: rest }, path, '', inside);
    for (const entry of inside) {
      const same = JSON.stringify(entry);
      const seen = found.get(same);
      if (seen === undefined) found.set(same, { row: entry, kinds: [kindOf(variant)] });
      else seen.kinds.push(kindOf(variant));
    }
  }
  for (const entry of found.values()) rows.push({ ...entry.row, onlyWith: entry.kinds.join(', ') });
}

function row(key: string, node: SchemaNode, onlyWith: string, parent: SchemaNode): KeyRow {
  const needed = node.default === undefined && parent.required?.includes(key.split('.').at(-1) ?? '');
  return {
    key,
    values: valuesOf(node),
    default: node.default === undefined ? '' : JSON.stringify(node.default),
    onlyWith,
    meaning: `${needed ? 'must be given; ' : ''}${node.description ?? ''}`.replace(/; $/, ''),
  };
}

/** An object that only groups other keys has no row of its own. */
function isGroup(node: SchemaNode): boolean {
  return node.properties !== undefined;
}

function valuesOf(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map(String).join(', ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.anyOf !== undefined) return node.anyOf.map(valuesOf).join(' or ');
  if (node.oneOf !== undefined) return 'a kind with its settings';
  if (node.type === 'array') return `list of ${node.items === undefined ? 'values' : valuesOf(node.items)}`;
  if (node.type === 'integer' || node.type === 'number') return numbersOf(node);
  if (node.type === 'boolean') return 'true, false';
  if (node.type === 'string') return 'text';
  return node.type ?? 'value';
}

function numbersOf(node: SchemaNode): string {
  const word = node.type === 'integer' ? 'whole number' : 'number';
  const limits: string[] = [];
  const unlimited = Number.MAX_SAFE_INTEGER;
  if (node.minimum !== undefined && node.minimum !== -unlimited) limits.push(`at least ${node.minimum}`);
  if (node.exclusiveMinimum !== undefined) limits.push(`more than ${node.exclusiveMinimum}`);
  if (node.maximum !== undefined && node.maximum !== unlimited) limits.push(`at most ${node.maximum}`);
  if (node.exclusiveMaximum !== undefined) limits.push(`less than ${node.exclusiveMaximum}`);
  return [word, limits.join(' and ')].filter((part) => part !== '').join(' ');
}

function kindOf(variant: SchemaNode): string {
  return String(variant.properties?.kind?.const ?? '');
}

function sameShape(a: SchemaNode, b: SchemaNode | undefined): boolean {
  return JSON.stringify(a.oneOf) === JSON.stringify(b?.oneOf);
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
