import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extractAll, listPackage } from '@electron/asar';
import { FuseV1Options } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuses } from '../../main/app/after-pack.mjs';
import { Desktop, root } from './desktop.ts';

const require = createRequire(import.meta.url);
const scratch = mkdtempSync(join(tmpdir(), 'gru-package-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What the fuses of a program stand behind; then their version, their number and one character for each. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** As much of Electron as packing touches: a program with its fuses as they are delivered. */
function standInDistribution(): string {
  const folder = join(scratch, 'electron');
  mkdirSync(join(folder, 'resources'), { recursive: true });
  const delivered = Buffer.from([1, 9, ...Buffer.from('101100101')]);
  const program = Buffer.concat([Buffer.alloc(999), Buffer.from(sentinel), delivered, Buffer.alloc(999)]);
  writeFileSync(join(folder, 'electron'), program, { mode: 0o755 });
  writeFileSync(join(folder, 'version'), require('electron/package.json').version);
  return folder;
}

// Packed for the system of this machine, which must be one that the stand-in can be.
describe.runIf(process.platform === 'linux' && process.arch === 'x64')('the package', () => {
  const output = join(scratch, 'packed');
  const resources = join(output, 'linux-unpacked', 'resources');
  const unpacked = join(resources, 'app.asar.unpacked');
  let packed: ReadonlySet<string>;

  beforeAll(async () => {
    await promisify(execFile)(
      process.execPath,
      [
        require.resolve('electron-builder/cli.js'),
        '--linux',
        'dir',
        `-c.electronDist=${standInDistribution()}`,
        `-c.directories.output=${output}`,
      ],
      { cwd: root, maxBuffer: 1 << 26 },
    );
    packed = new Set(listPackage(join(resources, 'app.asar'), { isPack: false }));
  }, 300_000);

  it('holds everything that was built, and nothing that was not', () => {
    for (const folder of ['out/main', 'out/preload', 'out/renderer', 'out/renderer/gpu-host']) {
      for (const name of readdirSync(join(root, folder))) expect(packed).toContain(`/${folder}/${name}`);
    }
    expect(packed).toContain('/engine/backends/portable/kernels.wasm');
    expect(packed).toContain('/resources/samples/samples.json');
    const foreign = [...packed].filter((path) => /^\/(test|renderer|main\/services)|\.map$/.test(path));
    expect(foreign).toEqual([]);
  });

  it('has what other libraries read beside the archive, for this system alone', () => {
    for (const part of [
      'resources/samples/seattle-weather.csv',
      'node_modules/@duckdb/node-bindings-linux-x64/duckdb.node',
      'node_modules/webgpu/dist/linux-x64/dawn.node',
      ...(existsSync(join(root, 'build/native/gru_kernels.node')) ? ['build/native/gru_kernels.node'] : []),
    ]) {
      expect(existsSync(join(unpacked, part)), part).toBe(true);
    }
    expect(readdirSync(join(unpacked, 'node_modules/webgpu/dist'))).toEqual(['linux-x64']);
    const [api] = readdirSync(join(unpacked, 'node_modules/onnxruntime-node/bin'));
    const systems = join(unpacked, 'node_modules/onnxruntime-node/bin', api as string);
    expect(readdirSync(systems)).toEqual(['linux']);
    expect(readdirSync(join(systems, 'linux'))).toEqual(['x64']);
  });

  it('has a program whose fuses are set as they should be', () => {
    const program = readFileSync(join(output, 'linux-unpacked', 'gru-workbench'));
    const wire = program.subarray(program.indexOf(sentinel) + sentinel.length);
    for (const [option, wanted] of Object.entries(fuses)) {
      if (option === 'version') continue;
      expect(String.fromCharCode(wire[2 + Number(option)] as number), FuseV1Options[Number(option)]).toBe(
        wanted === true ? '1' : '0',
      );
    }
  });

  it('runs with nothing but what it brought along', async () => {
    const folder = join(scratch, 'extracted');
    extractAll(join(resources, 'app.asar'), folder);
    const desktop = new Desktop(folder);
    try {
      const page = await desktop.start();
      await page.getByRole('button', { name: /Seattle/ }).click();
      await page.getByText('All changes saved').waitFor();
    } finally {
      await desktop.close();
    }
  }, 300_000);
});
