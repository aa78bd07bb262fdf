import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { describeExport } from '../../engine/export/describe.ts';
import { exportModel } from '../../engine/export/export.ts';
import { exportFormats, resolveOptions } from '../../engine/export/formats.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { architectures } from './support/architectures.ts';
import { randomModel } from './support/models.ts';

/** What exporting says, without the library that only makes the bytes. */
async function refusalOf(
  source: ExportSource,
  format: (typeof exportFormats)[number],
): Promise<string | null> {
  try {
    // The training script is about the experiment, not about the model.
    const options: Record<string, string> = format === 'pytorch' ? { training: 'no' } : {};
    const hdf5 = { write: async () => new Uint8Array() };
    const files = await exportModel(source, { format, stem: 'model', options }, { hdf5 });
    expect(files.length).toBeGreaterThan(0);
    return null;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === 'export/unsupported') {
      return `${error.message} (${error.where})`;
    }
    throw error;
  }
}

describe('what is said of a format before the export', () => {
  it.each(architectures().map((architecture, seed) => ({ architecture, seed, name: architecture.name })))(
    'is what the export does: $name',
    async ({ architecture, seed }) => {
      const source = randomModel(architecture, seed);
      for (const { format, exact, reason } of describeExport(source.model)) {
        expect(reason).toBe(await refusalOf(source, format));
        expect(exact).toBe(reason === null);
      }
    },
  );

  it('tells of every format what it keeps and loses', () => {
    const [architecture] = architectures();
    if (architecture === undefined) throw new Error('there are no architectures');
    const described = describeExport(randomModel(architecture, 0).model);
    expect(described.map(({ format }) => format)).toEqual(exportFormats);
    for (const { keeps, loses } of described) expect(keeps.length * loses.length).toBeGreaterThan(0);
  });
});

describe('options of a format', () => {
  it('are the defaults where nothing is said', () => {
    expect(Object.fromEntries(resolveOptions('onnx', { opset: '17' }))).toEqual({
      opset: '17',
      weights: 'float32',
      processing: 'no',
      states: 'no',
      lengths: 'auto',
    });
  });

  it.each([
    ['an option that there is not', { opsett: '17' }, 'Do you mean opset?'],
    ['a value that it cannot have', { opset: '18' }, 'It can be 22, 17.'],
  ])('refuse %s', (_, options, hint) => {
    expect(() => resolveOptions('onnx', options)).toThrow(
      expect.objectContaining({ code: 'usage/invalid', hint: expect.stringContaining(hint) }),
    );
  });
});
