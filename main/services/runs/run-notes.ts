import { z } from 'zod';
import { joinPath, type StorePlatform } from '../../../engine/store/file-system.ts';
import { type JsonFileKind, readJsonFile, writeJsonFile } from '../../../engine/store/json-file.ts';
import { runPaths } from '../../../engine/store/runs.ts';

const notesSchema = z.strictObject({
  /** Another name than the one the run was started with; null for none. */
  name: z.string().nullable(),
  tags: z.array(z.string()),
  note: z.string(),
});
export type RunNotes = z.infer<typeof notesSchema>;

const notesKind: JsonFileKind<RunNotes> = { name: 'notes', version: 1, schema: notesSchema, migrations: {} };

/** What a person says of a run: runs/<id>/notes.json. */
export async function readNotes(platform: StorePlatform, project: string, run: string): Promise<RunNotes> {
  const path = joinPath(runPaths(project, run).folder, 'notes.json');
  return (await readJsonFile(platform.files, path, notesKind)) ?? { name: null, tags: [], note: '' };
}

export async function writeNotes(
  platform: StorePlatform,
  project: string,
  run: string,
  notes: RunNotes,
): Promise<void> {
  const path = joinPath(runPaths(project, run).folder, 'notes.json');
  await writeJsonFile(platform.files, path, notesKind, notes);
}
