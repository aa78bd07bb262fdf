import { parsePath, type Path, readJson } from '../../state/document.ts';
import { nodeAt, type SchemaNode, shapeOf } from '../../state/schema.ts';

/**
 * `training.epochs=5` as a change. A value is JSON where it can be read as such and a word otherwise; a word at a
 * union (`model.initializers.kernel=heUniform`) names its kind, as on the command line.
 */
export function parseAssignment(assignment: string, root: SchemaNode): readonly [path: Path, value: unknown] {
  const equals = assignment.indexOf('=');
  const written = assignment.slice(equals + 1);
  const path = parsePath(assignment.slice(0, equals));
  const value = readJson(written) ?? written;
  const node = nodeAt(root, path, {});
  const union = node !== undefined && shapeOf(node).kind === 'variants';
  return [path, union && typeof value === 'string' ? { kind: value } : value];
}
