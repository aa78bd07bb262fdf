import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellText } from '../../engine/data/table.ts';
import { readTable } from '../../main/platform/tables/read-table.ts';
import { sentenceOf, temporaryFolder } from '../data/make-table.ts';

const folder = await temporaryFolder();
const sound = await readFile(new URL('golden/stereo-s16.wav', import.meta.url));
let places = 0;

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder.path, `sounds${places++}`);
  await mkdir(path);
  for (const name of ['a-1.wav', 'a-2.wav', 'b-1.wav']) await writeFile(join(path, name), sound);
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
}

/** The first frame of each sound: `series`, and what the transcript says of it. */
async function said(path: string): Promise<(string | null)[][]> {
  const { columns, rowCount } = await readTable(path, {});
  const chosen = columns.filter(({ name }) => !/^mel\d+$/.test(name));
  const rows: (string | null)[][] = [];
  for (let row = 0; row < rowCount; row++) {
    const cells = chosen.map((column) => cellText(column, row));
    if (rows.at(-1)?.[0] !== cells[0]) rows.push(cells);
    else expect(cells).toEqual(rows.at(-1));
  }
  return [chosen.map(({ name }) => name), ...rows];
}

describe('a folder of sounds with a transcript', () => {
  it('a table with a column of file names', async () => {
    const path = await folderOf({
      'labels.csv': 'speaker,file,word\n7,a-1.wav,yes\n8,clips/b-1.wav,no\n7,a-2.wav,yes\n',
    });
    expect(await said(path)).toEqual([
      ['series', 'speaker', 'word'],
      ['a-1', '7', 'yes'],
      ['a-2', '7', 'yes'],
      ['b-1', '8', 'no'],
    ]);
  });

  it('lines of a name and words, as LibriSpeech has them; a sound may be left out', async () => {
    const path = await folderOf({ 'trans.txt': 'a-1 GO DO YOU HEAR\nb-1 BUT IN LESS\n' });
    expect(await said(path)).toEqual([
      ['series', 'text'],
      ['a-1', 'GO DO YOU HEAR'],
      ['a-2', null],
      ['b-1', 'BUT IN LESS'],
    ]);
  });

  it('keeps apart a column that is called as one of the frames', async () => {
    const path = await folderOf({
      'labels.csv': 'file,mel01,word\na-1.wav,loud,yes\na-2.wav,soft,no\nb-1.wav,soft,no\n',
    });
    expect(await said(path)).toEqual([
      ['series', 'mel01 said', 'word'],
      ['a-1', 'loud', 'yes'],
      ['a-2', 'soft', 'no'],
      ['b-1', 'soft', 'no'],
    ]);
  });

  it('says when no column names the sounds', async () => {
    const path = await folderOf({ 'notes.csv': 'who,what\nme,this\nyou,that\n' });
    expect(await sentenceOf(() => readTable(path, {}))).toBe(
      'No column of the transcript names the sounds (notes.csv). Give it a column with the names of the sound files, or put it outside the folder.',
    );
  });
});
