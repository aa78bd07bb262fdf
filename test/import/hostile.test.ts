import { readdirSync, readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/base/rng.ts';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { importModel } from '../../engine/import/index.ts';
import { Hdf5Reader } from '../../main/platform/hdf5/hdf5-reader.ts';
import { openHdf5With } from '../../main/platform/models/open-hdf5.ts';

const golden = new URL('./golden/', import.meta.url);
const files = readdirSync(golden).filter((name) => /\.(pt|pth|safetensors|onnx|keras|h5)$/.test(name));
const load = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, golden)));

const reader = new Hdf5Reader();
afterAll(() => reader.close());
const openHdf5 = openHdf5With(reader);

async function refusal(bytes: Uint8Array, name: string): Promise<WorkbenchError> {
  try {
    await importModel(bytes, name, { openHdf5 });
  } catch (error) {
    if (error instanceof WorkbenchError && error.code !== 'internal') return error;
    throw error;
  }
  throw new Error(`${name} was accepted`);
}

/** A pickle, as Python writes it, in a PyTorch zip. */
function torchFile(pickle: string | Uint8Array): Uint8Array {
  const bytes =
    typeof pickle === 'string' ? Uint8Array.from(pickle, (letter) => letter.charCodeAt(0)) : pickle;
  return zipSync({ 'archive/data.pkl': bytes, 'archive/version': Uint8Array.of(0x33, 0x0a) }, { level: 0 });
}

describe('files made to harm', () => {
  it.each([
    ['os.system', 'cos\nsystem\n(X\x0c\0\0\0touch /tmp/owtR.'],
    ['builtins.eval', '\x80\x02c__builtin__\neval\n(X\x01\0\0\x001tR.'],
    ['a name taken from the stack', '\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.'],
    ['an object of any class (NEWOBJ)', '\x80\x02cposix\nsystem\n)\x81.'],
    ['an extension code (EXT1)', '\x80\x02\x82\x01.'],
    ['INST', '(S"id"\nios\nsystem\n.'],
    ['a storage of an unknown kind', '\x80\x02X\x01\0\0\0aQ.'],
  ])('a pickle with %s is refused and nothing runs', async (_, pickle) => {
    expect((await refusal(torchFile(pickle), 'model.pt')).code).toMatch(/^import\/(unsupported|damaged)$/);
  });

  it('a pickle that never ends is given up', async () => {
    const loop = new Uint8Array(5_000_000).fill(0x28);
    expect((await refusal(torchFile(loop), 'model.pt')).code).toBe('import/damaged');
  });

  it('a pickle that nests itself a million times is given up', async () => {
    const nested = new Uint8Array(3_000_000).fill(0x85);
    nested[0] = 0x4e;
    nested[nested.length - 1] = 0x2e;
    expect((await refusal(torchFile(nested), 'model.pt')).code).toMatch(/^import\//);
  });

  it('a zip that leaves its folder is refused', async () => {
    const bytes = zipSync({ '../../../config.json': Uint8Array.of(1), 'model.weights.h5': Uint8Array.of(1) });
    const error = await refusal(bytes, 'model.keras');
    expect(error.message).toMatch(/leads out of the archive/);
  });

  it('a zip bomb is refused before it is inflated', async () => {
    const bomb = zipSync({ 'config.json': new Uint8Array(64 << 20), 'model.weights.h5': Uint8Array.of(1) });
    // The header claims 16 times as much: 1 GB and more.
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    for (let at = 0; at + 46 < bomb.length; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0x7fffffff, true);
    }
    expect((await refusal(bomb, 'model.keras')).code).toBe('import/damaged');
  });

  it('an ONNX weight in another file is refused', async () => {
    // graph { initializer { dims: 1, data_type: 1, name: "w", external_data { key: "location", value: "../../etc/passwd" } } }
    const text = (value: string): number[] => Array.from(value, (letter) => letter.charCodeAt(0));
    const field = (number: number, body: readonly number[]): number[] => [
      (number << 3) | 2,
      body.length,
      ...body,
    ];
    const entry = [...field(1, text('location')), ...field(2, text('../../etc/passwd'))];
    const tensor = [0x08, 1, 0x10, 1, ...field(8, text('w')), ...field(13, entry), 0x70, 1];
    const error = await refusal(Uint8Array.from(field(7, field(5, tensor))), 'model.onnx');
    expect(error.code).toBe('import/unsupported');
    expect(error.message).toMatch(/another file/);
  });

  it.each([
    ['model.onnx', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['model.safetensors', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ['model.h5', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0)],
    ['model.keras', Uint8Array.of(0x50, 0x4b, 3, 4)],
    ['model.pt', new Uint8Array()],
    ['model.xyz', Uint8Array.of(1)],
  ])('%s with nothing but a beginning is refused', async (name, bytes) => {
    expect((await refusal(bytes, name)).code).toMatch(/^import\/(damaged|unsupported)$/);
  });
});

/** Mutations of every importer's files together: FUZZ of them (1000 by default), the same every time. */
const count = Number(process.env.FUZZ ?? 1000);

function mutate(bytes: Uint8Array, random: RandomStream): Uint8Array {
  const changed = bytes.slice();
  const place = (): number => random.nextInteger(Math.max(1, changed.length));
  const changes = 1 + random.nextInteger(4);
  for (let change = 0; change < changes; change++) {
    switch (random.nextInteger(5)) {
      case 0:
        changed[place()] = random.nextInteger(256);
        break;
      case 1:
        changed[place()] = [0, 1, 0x7f, 0x80, 0xff][random.nextInteger(5)] ?? 0;
        break;
      case 2: {
        const [from, to] = [place(), place()];
        changed.copyWithin(to, from, from + random.nextInteger(64));
        break;
      }
      case 3:
        new DataView(changed.buffer).setUint32(
          Math.max(0, Math.min(changed.length - 4, place())),
          random.nextUint32(),
          true,
        );
        break;
      default:
        return changed.slice(0, place());
    }
  }
  return changed;
}

const importers: readonly (readonly [string, RegExp])[] = [
  ['PyTorch', /\.(pt|pth)$/],
  ['safetensors', /\.safetensors$/],
  ['ONNX', /\.onnx$/],
  ['Keras 3', /\.keras$/],
  ['Keras HDF5', /\.h5$/],
];

describe(`${count} mutations for every importer end in a network or a typed error`, () => {
  it.each(importers)('%s', { timeout: 7_200_000 }, async (importer, ending) => {
    const originals = files.filter((name) => ending.test(name)).map((name) => [name, load(name)] as const);
    const random = new RandomStream(importer.length, 21);
    const longest = { milliseconds: 0, at: '' };
    let refused = 0;
    for (let time = 0; time < count; time++) {
      const [name, original] = originals[time % originals.length] as (typeof originals)[number];
      const bytes = mutate(original, random);
      const started = performance.now();
      try {
        await importModel(bytes, name, { openHdf5 });
      } catch (error) {
        if (!(error instanceof WorkbenchError))
          throw new Error(`${name}, mutation ${time}`, { cause: error });
        expect(error.code, error.message).toMatch(/^import\//);
        refused += 1;
      }
      const milliseconds = performance.now() - started;
      if (milliseconds > longest.milliseconds)
        Object.assign(longest, { milliseconds, at: `${name} ${time}` });
    }
    expect(refused).toBeGreaterThan(0);
    if (process.env.FUZZ !== undefined) {
      const peak = Math.round(process.resourceUsage().maxRSS / 1024);
      process.stderr.write(
        `${importer}: ${refused} refused, the longest took ${Math.round(longest.milliseconds)} ms (${longest.at}), ${peak} MB at most\n`,
      );
    }
  });
});
