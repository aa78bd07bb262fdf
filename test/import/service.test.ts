import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { RunEvent } from '../../engine/contract/events.ts';
import { createHost } from '../../main/cli/host.ts';
import { importNetwork } from '../../main/services/models/import-network.ts';
import { initProject } from '../../main/services/projects/init-project.ts';
import { exportRun } from '../../main/services/runs/export-run.ts';
import { loadWeights, openRun } from '../../main/services/runs/open-run.ts';
import { trainRun } from '../../main/services/runs/train-run.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gru-import-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const weather = new URL('../../resources/samples/seattle-weather.csv', import.meta.url);
const small = ['training.epochs=1', 'model.layers.0.units=6', 'data.window=5', 'backend.name="portable"'];

async function last(events: AsyncIterable<RunEvent>): Promise<RunEvent | undefined> {
  let event: RunEvent | undefined;
  for await (const next of events) event = next;
  return event;
}

it('a network goes out and comes back as a run that measures the same and learns on, with layers frozen', async () => {
  const host = createHost();
  const file = join(scratch, 'weather.csv');
  writeFileSync(file, readFileSync(weather, 'utf8').split('\n').slice(0, 200).join('\n'));
  const folder = join(scratch, 'weather.gruproj');
  await initProject(host, { folder, file });
  const signal = new AbortController().signal;
  const trained = await last(trainRun(host, { folder, assignments: small, signal }));
  if (trained?.event !== 'done') return expect.unreachable('the run did not end');
  const path = join(scratch, 'model.safetensors');
  await exportRun(host, { folder, format: 'safetensors', output: path });

  const imported = await importNetwork(host, { folder, file: path, backend: 'portable' });
  expect(imported.metrics['test.loss']).toBe(trained.metrics['test.loss']);
  const [before, after] = await Promise.all(
    [trained.id, imported.run].map(async (id) => loadWeights(host, await openRun(host, folder, id))),
  );
  expect(after?.weights).toEqual(before?.weights);

  const tuned = await last(
    trainRun(host, { folder, from: imported.run, assignments: ['training.frozen=["gru.0"]'], signal }),
  );
  if (tuned?.event !== 'done') return expect.unreachable('the run did not end');
  const { weights } = await loadWeights(host, await openRun(host, folder, tuned.id));
  expect(weights.get('gru.0.forward.kernel')).toEqual(before?.weights.get('gru.0.forward.kernel'));
  expect(weights.get('output.kernel')).not.toEqual(before?.weights.get('output.kernel'));
}, 60_000);

it('a network of another width is refused with both numbers', async () => {
  const folder = join(scratch, 'weather.gruproj');
  const file = new URL('./golden/plain.pt', import.meta.url).pathname;
  await expect(importNetwork(createHost(), { folder, file, backend: 'portable' })).rejects.toMatchObject({
    code: 'import/mismatch',
    message: expect.stringMatching(/reads 4 values at each step where the data has \d+/),
  });
});
