import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHost } from '../../main/cli/host.ts';
import { importDataset } from '../../main/services/datasets/import-dataset.ts';
import { initProject } from '../../main/services/projects/init-project.ts';
import { badFiles } from './bad-files.ts';
import { sentenceOf, temporaryFolder } from './make-table.ts';

const folder = await temporaryFolder();
let places = 0;

async function newPlace(): Promise<string> {
  const place = join(folder.path, `place${places++}`);
  await mkdir(place);
  return place;
}

/** The scan takes it; the reader takes no line of more than 16 MB. */
const longLine = `a,b\n1,${'x'.repeat(17 << 20)}\n`;

describe('gru init leaves no trace of a file that it refuses', () => {
  const files = [
    ...badFiles,
    ['long-line.csv', longLine, 'A line is longer than 16 MB (long-line.csv).'] as const,
  ];
  it.each(files)('%s', async (name, content, sentence) => {
    const place = await newPlace();
    const file = await folder.write(name, content);
    const init = (path: string) => initProject(createHost(), { folder: join(place, path), file });
    expect(await sentenceOf(() => init('project'))).toContain(sentence.replace(/\)\.$/, ''));
    expect(await sentenceOf(() => init('new/deeper/project'))).not.toBe('no error');
    expect(await readdir(place)).toEqual([]);
  });

  it('nor of a target that is not there, in an empty folder that is', async () => {
    const place = await newPlace();
    const project = join(place, 'project');
    await mkdir(project);
    const file = await folder.write('fine.csv', `price,day\n${'1,2\n'.repeat(50)}`);
    const options = { folder: project, file, targets: ['prise'] };
    expect(await sentenceOf(() => initProject(createHost(), options))).toMatch(/"prise".*"price"/);
    expect(await readdir(place, { recursive: true })).toEqual(['project']);
  });
});

describe('an import that fails leaves a project as it was', () => {
  it('when the rows cannot be read', async () => {
    const project = await newPlace();
    const first = await importDataset(project, await folder.write('first.csv', 'a\n1\n'));
    const before = await readdir(project, { recursive: true });
    const file = await folder.write('second.csv', longLine);
    expect(await sentenceOf(() => importDataset(project, file))).toMatch(/^A line is longer than 16 MB/);
    expect(await readdir(project, { recursive: true })).toEqual(before);
    expect(before).toContain(join('datasets', first.id, 'dataset.json'));
  });

  it('when it cannot be written down', async () => {
    const project = await newPlace();
    await writeFile(join(project, 'datasets'), 'in the way');
    const file = await folder.write('third.csv', 'a\n1\n');
    expect(await sentenceOf(() => importDataset(project, file))).not.toBe('no error');
    expect(await readdir(project)).toEqual(['datasets']);
  });
});
