import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { findPython } from '../export/support/python.ts';
import { type Bench, type Client, openBench, uploadLimit, wires } from './wires.ts';

let bench: Bench;
let client: Client;
let cut = (): void => undefined;
let project = '';

beforeAll(async () => {
  bench = await openBench();
  mkdirSync(join(bench.folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(bench.folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(bench.folder, 'page', 'assets', 'main.js'), 'export {};');
  const wire = wires.find(({ name }) => name === 'web socket');
  if (wire === undefined) throw new Error('There is no web socket wire');
  ({ client, cut } = await wire.connect(bench));
  const made = await client.projects.createFromSample({ folder: null, sample: 'weather' });
  project = made.project.project;
});
afterAll(async () => {
  cut();
  await bench.close();
});

describe('web mode', () => {
  it('gives the page and a cookie to whoever has the token', async () => {
    const page = await ask(`/?token=${bench.server.token}`);
    expect(page.status).toBe(200);
    expect(page.body).toContain('<title>page</title>');
    const [cookie = ''] = page.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^gru-[0-9a-f]{12}=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/);
    const script = await ask('/assets/main.js', { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(script).toMatchObject({ status: 200, body: 'export {};' });
  });

  it('sends a strict policy with everything', async () => {
    for (const path of ['/', '/assets/main.js', '/nothing']) {
      const { headers } = await ask(withToken(path));
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; " +
          "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('refuses a missing and a wrong token', async () => {
    expect((await ask('/')).status).toBe(401);
    expect((await ask('/?token=')).status).toBe(401);
    expect((await ask(`/?token=${bench.server.token}x`)).status).toBe(401);
    expect((await ask('/assets/main.js')).status).toBe(401);
    expect((await ask('/upload?name=a.csv', { method: 'POST', body: 'a' })).status).toBe(401);
    expect(await socketStatus('/rpc', {})).toBe(401);
    expect(await socketStatus('/rpc?token=wrong', {})).toBe(401);
    expect(await socketStatus('/gpu', {})).toBe(401);
    expect(await socketStatus('/gpu?id=1&token=wrong', {})).toBe(401);
    expect(await socketStatus('/other', {})).toBe(404);
  });

  it('refuses a foreign origin', async () => {
    const origin = 'http://evil.example';
    expect((await ask(withToken('/'), { headers: { origin } })).status).toBe(403);
    const upload = { method: 'POST', body: 'a', headers: { origin } };
    expect((await ask(withToken('/upload?name=a.csv'), upload)).status).toBe(403);
    expect(await socketStatus(withToken('/rpc'), { origin })).toBe(403);
    expect(await socketStatus(withToken('/gpu'), { origin })).toBe(403);
    expect(await socketStatus(withToken('/rpc'), { origin: 'null' })).toBe(403);
    // Another port of this machine is another origin.
    expect(await socketStatus(withToken('/rpc'), { origin: 'http://127.0.0.1:1' })).toBe(403);
  });

  it('refuses a foreign host, as a name that was made to point here would send', async () => {
    for (const host of ['evil.example', `evil.example:${bench.server.port}`, '127.0.0.1.evil.example']) {
      expect((await ask(withToken('/'), { headers: { host } })).status).not.toBe(200);
    }
    expect((await ask(withToken('/'), { headers: { host: `localhost:${bench.server.port}` } })).status).toBe(
      200,
    );
  });

  it('refuses a body over the limit, whether its length is told or not', async () => {
    const large = 'x'.repeat(uploadLimit + 1);
    const told = { method: 'POST', body: large };
    expect((await ask(withToken('/upload?name=large.csv'), told)).status).toBe(413);
    const untold = { method: 'POST', body: large, headers: { 'transfer-encoding': 'chunked' } };
    expect((await ask(withToken('/upload?name=large.csv'), untold)).status).toBe(413);
    expect(listUploads()).toEqual([]);
  });

  it('takes a file, under a name that leads nowhere else', async () => {
    const put = { method: 'POST', body: 'a,b\n1,2\n' };
    const plain = JSON.parse((await ask(withToken('/upload?name=sales.csv'), put)).body);
    expect(plain.path).toBe(join(bench.folder, 'uploads', 'sales.csv'));
    expect(readFileSync(plain.path, 'utf8')).toBe('a,b\n1,2\n');
    for (const name of ['../../evil.csv', '..', '.hidden', 'a/b\\c.csv', 'sales.csv', '\0']) {
      const answer = await ask(withToken(`/upload?name=${encodeURIComponent(name)}`), put);
      const { path } = JSON.parse(answer.body);
      expect(join(path, '..')).toBe(join(bench.folder, 'uploads'));
    }
    expect(listUploads().length).toBe(7);
  });

  it('sends files of open projects, and refuses every other path', async () => {
    const config = await ask(withToken(`/download?path=${encodeURIComponent(join(project, 'config.json'))}`));
    expect(config.status).toBe(200);
    expect(config.headers['content-disposition']).toContain('config.json');
    expect(JSON.parse(config.body)).toMatchObject({ task: 'forecast' });
    symlinkSync('/etc', join(project, 'link'));
    const outside = [
      '/etc/passwd',
      join(project, '..', '..', 'etc', 'passwd'),
      `${project}/../../../../../etc/passwd`,
      join(project, 'link', 'passwd'),
      join(bench.folder, 'page', 'index.html'),
      '',
    ];
    for (const path of outside) {
      expect((await ask(withToken(`/download?path=${encodeURIComponent(path)}`))).status).toBe(403);
    }
  });

  it('sends several files as one archive, and none where one of them is refused', async ({ skip }) => {
    const found = findPython(['zipfile']);
    if ('missing' in found) return skip(found.missing);
    mkdirSync(join(project, 'exports', 'deep'), { recursive: true });
    const weights = randomBytes(3_000_000);
    const files = { 'exports/a.bin': weights, 'exports/deep/b.txt': Buffer.from('读我') };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(project, name), bytes);
    const query = (...paths: readonly string[]) =>
      withToken(`/download?${paths.map((path) => `path=${encodeURIComponent(path)}`).join('&')}`);
    const places = Object.keys(files).map((name) => join(project, name));
    const sent = await fetch(`http://127.0.0.1:${bench.server.port}${query(...places)}`);
    expect(sent.headers.get('content-disposition')).toContain('exports.zip');
    const archive = join(bench.folder, 'sent.zip');
    writeFileSync(archive, Buffer.from(await sent.arrayBuffer()));
    // Read by a program that is not ours.
    const script =
      'import sys,zipfile,base64,json;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;' +
      'print(json.dumps({n:base64.b64encode(z.read(n)).decode() for n in z.namelist()}))';
    const read = JSON.parse(
      execFileSync(found.command, ['-c', script, archive], { encoding: 'utf8', maxBuffer: 2 ** 25 }),
    );
    expect(read).toEqual({
      'a.bin': weights.toString('base64'),
      'deep/b.txt': files['exports/deep/b.txt'].toString('base64'),
    });
    expect((await ask(query(...places, '/etc/passwd'))).status).toBe(403);
    expect((await ask(query(...places, join(project, 'gone')))).status).toBe(400);
    expect((await ask(query(...places, join(project, 'exports')))).status).toBe(400);
  });

  it('gives nothing beside the page', async () => {
    for (const path of [
      '/../configuration/recent.json',
      '/%2e%2e/uploads/sales.csv',
      '/assets',
      '/..%5c..%5cetc',
    ]) {
      expect((await ask(withToken(path))).status).toBe(404);
    }
    expect((await ask(withToken('/'), { method: 'DELETE' })).status).toBe(405);
  });

  it('opens no project and reads no file outside its folder', async () => {
    const refused = { data: { code: 'access/refused' } };
    await expect(client.projects.open({ path: '/etc' })).rejects.toMatchObject(refused);
    await expect(client.datasets.import({ project, file: '/etc/passwd' })).rejects.toMatchObject(refused);
    const target = { project, run: 'run-001', format: 'onnx', path: '/tmp/evil.onnx', options: {} };
    await expect(client.exports.write(target)).rejects.toMatchObject(refused);
    const made = { folder: '/tmp/evil.gruproj', sample: 'weather' };
    await expect(client.projects.createFromSample(made)).rejects.toMatchObject(refused);
  });
});

function withToken(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}token=${bench.server.token}`;
}

function listUploads(): string[] {
  try {
    return readdirSync(join(bench.folder, 'uploads'));
  } catch {
    return [];
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request as it is, without what a browser or fetch would put right. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const asked = request(
      { host: '127.0.0.1', port: bench.server.port, path, method, headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    // A server that refuses a body may stop reading it before all is sent.
    asked.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
    asked.end(body);
  });
}

/** The status that the opening of a web socket is answered with; 101 when it is let in. */
function socketStatus(path: string, options: { readonly origin?: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${bench.server.port}${path}`, options);
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('error', reject);
  });
}
