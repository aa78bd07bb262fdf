import type { z } from 'zod';
import { WorkbenchError } from '../base/errors.ts';
import { type FileSystem, writeAtomically } from './file-system.ts';

/**
 * A kind of JSON file with a version. When its shape changes, `version` rises by one and the migration of the old
 * number turns an old file into the next shape; a file is migrated in memory on reading and saved when next written.
 */
export interface JsonFileKind<Value> {
  /** For a person: "run", "checkpoint manifest". */
  readonly name: string;
  readonly version: number;
  /** Everything but the version. */
  readonly schema: z.ZodType<Value>;
  /** `migrations[n]` turns version n into n + 1. */
  readonly migrations: Readonly<Record<number, (old: JsonObject) => JsonObject>>;
}

export type JsonObject = Readonly<Record<string, unknown>>;

const encoder = new TextEncoder();

/**
 * Reads a file, or null when there is none.
 * Throws `store/damaged` when it is not what it should be, `store/newer-version` when a later program wrote it.
 */
export async function readJsonFile<Value>(
  files: FileSystem,
  path: string,
  kind: JsonFileKind<Value>,
): Promise<Value | null> {
  const bytes = await files.read(path);
  return bytes === null ? null : decodeJson(bytes, path, kind);
}

export async function writeJsonFile<Value>(
  files: FileSystem,
  path: string,
  kind: JsonFileKind<Value>,
  value: Value,
): Promise<void> {
  await writeAtomically(files, path, encodeJson(kind, value));
}

export function encodeJson<Value>(kind: JsonFileKind<Value>, value: Value): Uint8Array {
  return encoder.encode(`${JSON.stringify({ version: kind.version, ...value }, null, 2)}\n`);
}

export function decodeJson<Value>(bytes: Uint8Array, path: string, kind: JsonFileKind<Value>): Value {
  const damaged = (reason: string, cause?: unknown) =>
    new WorkbenchError('store/damaged', `The ${kind.name} file is damaged: ${reason}`, {
      where: path,
      hint: 'Put a copy of this file back.',
      cause,
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged('it is not JSON', error);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw damaged('it is no object');
  const { version, ...rest } = parsed as JsonObject;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw damaged('it has no version');
  }
  if (version > kind.version) {
    throw new WorkbenchError(
      'store/newer-version',
      `The ${kind.name} file has version ${version}; this program knows versions up to ${kind.version}`,
      { where: path, hint: 'Open it with a newer version of the program.' },
    );
  }
  let value: JsonObject = rest;
  for (let from = version; from < kind.version; from++) {
    const migrate = kind.migrations[from];
    if (migrate === undefined) throw new WorkbenchError('internal', `No migration of ${kind.name} ${from}`);
    value = migrate(value);
  }
  const result = kind.schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw damaged(`${issue?.path.join('.') || 'contents'}: ${issue?.message ?? 'invalid'}`);
}
