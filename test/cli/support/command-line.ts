import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type RunEvent, runEventSchema } from '../../../engine/contract/events.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a command left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The command line as it is shipped: the bundle, which was built from the present sources before the tests began, run as
 * a child process in a scratch folder.
 */
export class CommandLine {
  /** Where commands run, and where relative paths begin. Removed at the end. */
  readonly folder = mkdtempSync(join(tmpdir(), 'gru-test-'));
  readonly #running = new Set<ChildProcess>();

  /** Ends what still runs and removes what was made. */
  close(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  run(...args: readonly string[]): Promise<Outcome> {
    return this.start(args).outcome;
  }

  /** Events of a command with `--json`; everything on stdout must be one. */
  async events(
    ...args: readonly string[]
  ): Promise<{ readonly outcome: Outcome; readonly events: RunEvent[] }> {
    const outcome = await this.run(...args, '--json');
    const lines = outcome.stdout.split('\n').filter((line) => line !== '');
    return { outcome, events: lines.map((line) => runEventSchema.parse(JSON.parse(line))) };
  }

  /** `gru serve` of a folder or project: its process, its end, and the address that it prints first. */
  async serve(folder: string): Promise<{
    readonly child: ChildProcess;
    readonly outcome: Promise<Outcome>;
    readonly address: URL;
  }> {
    let told = (_line: string): void => undefined;
    const first = new Promise<string>((resolve) => {
      told = resolve;
    });
    const { child, outcome } = this.start(['serve', folder, '--json'], (text) => told(text));
    return { child, outcome, address: new URL(JSON.parse(await first).address) };
  }

  /** Starts a command. `onLine` sees each line of stdout as it comes. */
  start(
    args: readonly string[],
    onLine: (line: string, child: ChildProcess) => void = () => undefined,
  ): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
    const bundle = join(root, 'out', 'main', 'cli.mjs');
    const code = `import(${JSON.stringify(new URL(`file://${bundle}`).href)}).then(({ main }) => main(process.argv.slice(1)))`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code, '--', ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    const output = { stdout: '', stderr: '' };
    child.stderr.on('data', (chunk) => {
      output.stderr += String(chunk);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.stdout += `${line}\n`;
      onLine(line, child);
    });
    const outcome = new Promise<Outcome>((resolve) => {
      child.on('close', (exitCode, signal) => {
        this.#running.delete(child);
        resolve({ code: exitCode, signal, ...output });
      });
    });
    return { child, outcome };
  }
}

/** A daily series with a season, a trend and a weekday: forecastable, and never constant. */
export function seriesCsv(rows: number): string {
  const lines = ['date,sales,visitors,day'];
  const start = Date.UTC(2021, 0, 1);
  for (let row = 0; row < rows; row++) {
    const date = new Date(start + row * 86_400_000).toISOString().slice(0, 10);
    const season = Math.sin((2 * Math.PI * row) / 14);
    const noise = Math.sin(row * row * 1.3);
    const sales = (50 + 10 * season + 0.05 * row + 2 * noise).toFixed(3);
    const visitors = (200 + 30 * Math.cos((2 * Math.PI * row) / 14) + 5 * Math.sin(row * 7.7)).toFixed(2);
    lines.push(`${date},${sales},${visitors},${['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'][row % 7]}`);
  }
  return `${lines.join('\n')}\n`;
}
