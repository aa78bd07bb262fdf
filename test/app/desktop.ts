import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { type Experiment, experimentSchema } from '../../engine/contract/experiment.ts';
import { browserPath } from '../support/browser.ts';

/** Where the program lies. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
const register = new URL('chromium/register.mjs', import.meta.url).href;

/** What the stand-in for Electron told, a line each. */
type Told = Readonly<Record<string, unknown>>;

/** The bundles of main process, preload script, engine and page as built, with a Chromium for Electron's. */
export class Desktop {
  readonly #program: string;
  readonly home = mkdtempSync(join(tmpdir(), 'gru-desktop-'));
  readonly told: Told[] = [];
  exitCode: number | null = null;
  #process: ChildProcess | null = null;
  #browser: Browser | null = null;

  /** @param program folder of the program: of this checkout, or of what was packed. */
  constructor(program = root) {
    this.#program = program;
  }

  async start(): Promise<Page> {
    const port = await freePort();
    const program = spawn(process.execPath, ['--import', register, join(this.#program, 'out/main/app.mjs')], {
      cwd: this.#program,
      env: {
        ...process.env,
        GRU_WORKBENCH_HOME: this.home,
        GRU_TEST_BROWSER: await browserPath(),
        GRU_TEST_DEBUGGING_PORT: String(port),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#process = program;
    program.on('exit', (code) => {
      this.exitCode = code ?? -1;
    });
    createInterface({ input: program.stdout }).on('line', (line) => this.told.push(JSON.parse(line)));
    await vi.waitFor(() => expect(this.told.some(({ window }) => window !== undefined)).toBe(true), 60_000);
    this.#browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const page = this.#browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((candidate) => candidate.url().startsWith('https://workbench.test/'));
    if (page === undefined) throw new Error('There is no page');
    page.setDefaultTimeout(60_000);
    return page;
  }

  order(order: object): void {
    if (this.exitCode === null) this.#process?.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** A file of the only project. */
  project(...path: readonly string[]): string {
    const [name = ''] = readdirSync(join(this.home, 'projects'));
    return join(this.home, 'projects', name, ...path);
  }

  /** Ends the process of the page that has this in its address, as a fault of a driver would. */
  async crash(part: string): Promise<void> {
    const pages = this.#browser?.contexts().flatMap((context) => context.pages());
    const page = pages?.find((candidate) => candidate.url().includes(part));
    if (page === undefined) throw new Error(`There is no page ${part}`);
    const session = await page.context().newCDPSession(page);
    // It never answers.
    session.send('Page.crash').catch(() => undefined);
  }

  last(key: string): unknown {
    return this.told.findLast((line) => line[key] !== undefined)?.[key];
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    // Killed, it would leave its Chromium behind.
    this.order({ answers: { response: 0 } });
    this.order({ quit: true });
    await vi.waitFor(() => expect(this.exitCode).not.toBeNull(), 60_000).catch(() => undefined);
    this.#process?.kill('SIGKILL');
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Changes how the project with this configuration trains, as another program would. */
export function changeConfiguration(file: string, change: (experiment: Experiment) => object): void {
  const { $schema, ...stored } = JSON.parse(readFileSync(file, 'utf8'));
  const experiment = experimentSchema.parse(stored);
  writeFileSync(file, JSON.stringify({ $schema, ...experiment, ...change(experiment) }));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
