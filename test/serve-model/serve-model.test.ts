import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHost } from '../../main/cli/host.ts';
import { type RunningModelServer, startModelServer } from '../../main/server/model-server.ts';
import { ServedModel } from '../../main/services/models/served-model.ts';
import { initProject } from '../../main/services/projects/init-project.ts';
import { predictRun } from '../../main/services/runs/predict-run.ts';
import { trainRun } from '../../main/services/runs/train-run.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gru-served-'));
const lines = readFileSync(new URL('../../resources/samples/seattle-weather.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(0, 200);
const [header = ''] = lines;
const names = header.split(',');
const folder = join(scratch, 'weather.gruproj');
const answerSchema = z.object({
  run: z.string(),
  predictions: z.array(
    z.object({
      lastRow: z.int(),
      time: z.string().nullable(),
      steps: z.array(z.object({ label: z.string().nullable(), values: z.record(z.string(), z.number()) })),
    }),
  ),
});
let server: RunningModelServer;

/** Rows of the file, from 1, as a program would send them. */
function rows(first: number, last: number): Record<string, string | number>[] {
  return lines.slice(first, last + 1).map((line) =>
    Object.fromEntries(
      line.split(',').map((cell, index) => {
        const number = Number(cell);
        return [names[index] ?? '', cell !== '' && Number.isFinite(number) ? number : cell];
      }),
    ),
  );
}

/** What `gru predict` writes for the same rows. */
async function predicted(first: number, last: number): Promise<number[]> {
  const input = join(scratch, `rows-${first}.csv`);
  const output = join(scratch, `predicted-${first}.csv`);
  writeFileSync(input, [header, ...lines.slice(first, last + 1)].join('\n'));
  await predictRun(createHost(), { folder, input, output, backend: 'portable' });
  const [, ...written] = readFileSync(output, 'utf8').trim().split('\n');
  return written.flatMap((line) => line.split(',').slice(4).map(Number));
}

async function post(body: string, headers: Record<string, string> = {}, method = 'POST', path = '/predict') {
  const response = await fetch(`${server.address}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' ? { body } : {}),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

beforeAll(async () => {
  const file = join(scratch, 'weather.csv');
  writeFileSync(file, lines.join('\n'));
  await initProject(createHost(), { folder, file });
  const assignments = [
    'training.epochs=1',
    'model.layers.0.units=6',
    'data.window=5',
    'backend.name="portable"',
  ];
  for await (const _ of trainRun(createHost(), {
    folder,
    assignments,
    signal: new AbortController().signal,
  }));
  const model = await ServedModel.open(createHost(), { folder, backend: 'portable' });
  server = await startModelServer({ model, port: 0, version: '0.0.0' });
}, 60_000);

afterAll(async () => {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

describe('gru serve-model', () => {
  it('answers what gru predict writes for the same rows, also to several callers at once', async () => {
    const starts = [1, 20, 40, 60, 80];
    const answers = await Promise.all(
      starts.map((first) => post(JSON.stringify({ rows: rows(first, first + 30 + first) }))),
    );
    for (const [index, first] of starts.entries()) {
      const { status, body } = answers[index] ?? { status: 0, body: null };
      expect(status, JSON.stringify(body)).toBe(200);
      const values = answerSchema
        .parse(body)
        .predictions.flatMap(({ steps }) => steps.flatMap((step) => Object.values(step.values)));
      const wanted = await predicted(first, first + 30 + first);
      expect(values.length).toBe(wanted.length);
      values.forEach((value, at) => {
        expect(value).toBeCloseTo(wanted[at] ?? Number.NaN, 5);
      });
    }
  }, 60_000);

  it.each([
    ['something that is no JSON', '{"rows":', 400, 'usage/invalid'],
    ['JSON of another form', '{"row":[]}', 400, 'usage/invalid'],
    ['no rows', '{"rows":[]}', 400, 'usage/invalid'],
    ['too few rows', JSON.stringify({ rows: rows(1, 2) }), 422, 'data/too-short'],
    [
      'a text in a number',
      JSON.stringify({ rows: rows(1, 30).map((row) => ({ ...row, wind: 'much' })) }),
      422,
      'data/unreadable',
    ],
  ])('refuses %s with a sentence', async (_, body, status, code) => {
    expect(await post(body)).toMatchObject({ status, body: { code } });
  });

  it('names row and column of a cell of the wrong type', async () => {
    const wrong = rows(1, 30).map((row, index) => (index === 6 ? { ...row, date: 'yesterday' } : row));
    const { body } = await post(JSON.stringify({ rows: wrong }));
    expect(body).toMatchObject({ where: 'the request, row 7, column "date"' });
  });

  it('says what there is, and what there is not', async () => {
    expect(await post('', {}, 'GET', '/health')).toEqual({ status: 200, body: { status: 'ready' } });
    expect((await post('', {}, 'GET', '/predict')).status).toBe(405);
    expect((await post('', {}, 'GET', '/nothing')).status).toBe(404);
    const { body } = await post('', {}, 'GET', '/openapi.json');
    const document = z
      .object({
        openapi: z.literal('3.1.0'),
        components: z.object({
          schemas: z.object({ Row: z.object({ properties: z.record(z.string(), z.unknown()) }) }),
        }),
      })
      .loose()
      .parse(body);
    expect(Object.keys(document.components.schemas.Row.properties)).toContain('wind');
  });

  it('refuses other sites, and other names of this machine', async () => {
    expect((await post('{}', { origin: 'https://example.org' })).status).toBe(403);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const url = new URL(server.address);
      const call = request(
        { port: url.port, host: '127.0.0.1', path: '/health', headers: { host: 'evil.example' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      call.on('error', reject);
      call.end();
    });
    expect(status).toBe(403);
  });

  it('refuses a body over the limit', async () => {
    const { status } = await post(`{"rows":[{"wind":"${'x'.repeat(33 * 2 ** 20)}"}]}`);
    expect(status).toBe(413);
  });
});
