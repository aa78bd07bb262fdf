import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import type { SourceConfig } from '../../../engine/contract/source.ts';
import { joinPath } from '../../../engine/store/file-system.ts';

export function databasePath(projectDirectory: string): string {
  return joinPath(projectDirectory, 'data.duckdb');
}

export function manifestPath(projectDirectory: string, id: string): string {
  return joinPath(projectDirectory, 'datasets', id, 'dataset.json');
}

/**
 * A name that a person recognizes and that tells contents apart: `sales-1f2e3d4c`. A file that is read in another way
 * than by default has another one.
 */
export function datasetId(source: string, sha256: string, reading: SourceConfig): string {
  const stem = basename(source, extname(source));
  const slug = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const set = Object.entries(reading).filter(([, value]) => value !== null);
  const hash = set.length === 0 ? sha256 : hashText(`${sha256}${JSON.stringify(set)}`);
  return `${slug === '' ? 'data' : slug}-${hash.slice(0, 8)}`;
}

/** Of the rows that a query makes of a dataset. */
export function derivedId(id: string, sql: string): string {
  return `${id}-${hashText(sql).slice(0, 8)}`;
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
