import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { editText, readExperiment, readJson, valueAt, withValue } from '../../renderer/state/document.ts';
import { change, type History, redo, startHistory, undo } from '../../renderer/state/history.ts';
import { pagesAhead, pagesOf, pageRows, pagesToDrop, scrollScale } from '../../renderer/views/data/pages.ts';
import { withRole } from '../../renderer/views/data/roles.ts';
import { pathAt } from '../../renderer/views/model/editor-help.ts';
import { parseAssignment } from '../../renderer/views/model/presets.ts';
import { changesOf, memoryRemedies, remediesOf } from '../../renderer/views/train/remedies.ts';
import { experimentNode } from '../../renderer/state/schema.ts';
import { lastFloat, unpackFloat32, unpackFloat64 } from '../../renderer/rpc/packed.ts';

describe('history', () => {
  it('goes back over every change and forth again, whatever they were', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 30 }), (texts) => {
        const states = [startHistory('start')];
        for (const text of texts) states.push(change(states.at(-1) as History, text, null, 0));
        const distinct = ['start', ...texts].filter(
          (text, index, all) => index === 0 || text !== all[index - 1],
        );
        let present = states.at(-1) as History;
        for (const text of distinct.slice(0, -1).reverse()) {
          present = undo(present);
          expect(present.present).toBe(text);
        }
        expect(undo(present)).toBe(present);
        for (const text of distinct.slice(1)) {
          present = redo(present);
          expect(present.present).toBe(text);
        }
        expect(redo(present)).toBe(present);
      }),
    );
  });

  it('undoes changes of one group that follow each other together', () => {
    const first = change(startHistory('a'), 'ab', 'typing', 0);
    const second = change(first, 'abc', 'typing', 900);
    expect(undo(second).present).toBe('a');
    expect(undo(change(second, 'abcd', 'typing', 3000)).present).toBe('abc');
    expect(undo(change(second, 'abcd', 'slider', 950)).present).toBe('abc');
  });
});

describe('text of the configuration', () => {
  const experiment = experimentSchema.parse({});

  it('changes one place and leaves the rest as it was written', () => {
    const text = '{ "name": "mine", "training": { "epochs": 3 } }';
    const changed = editText(text, experiment, ['training', 'clipping', 'threshold'], 2) ?? '';
    expect(readJson(changed)).toEqual({ name: 'mine', training: { epochs: 3, clipping: { threshold: 2 } } });
    expect(readJson(editText(changed, experiment, ['training', 'epochs'], undefined) ?? '')).toEqual({
      name: 'mine',
      training: { clipping: { threshold: 2 } },
    });
    expect(editText('{ "name": ', experiment, ['name'], 'x')).toBeNull();
  });

  it('writes a list out before it changes one element of it', () => {
    const two = experimentSchema.parse({ model: { layers: [{ units: 8 }, { units: 9 }] } });
    const changed = editText('{}', two, ['model', 'layers', 1, 'units'], 10) ?? '';
    expect(readExperiment(changed)?.model.layers.map(({ units }) => units)).toEqual([8, 10]);
  });

  it('puts any value where it is read again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 3 })), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer(),
        (path, value) => {
          expect(valueAt(withValue({}, path, value), path)).toBe(value);
        },
      ),
    );
  });

  it('is valid with the key that editors find the schema by', () => {
    expect(readExperiment('{ "$schema": "experiment.schema.json" }')).not.toBeNull();
    expect(readExperiment('{ "schema": 1 }')).toBeNull();
  });

  it('knows the place of the cursor, also in a text that is broken further on', () => {
    const text = '{ "model": { "layers": [ { "units": 8 }, { "units": 9, "bias": tru';
    const at = (part: string) => pathAt(text, text.indexOf(part) + 1).join('.');
    expect(at('"model"')).toBe('model');
    expect(at('"units": 8')).toBe('model.layers.0.units');
    expect(at('9')).toBe('model.layers.1.units');
    expect(at('tru')).toBe('model.layers.1.bias');
  });

  it('reads presets as the command line does', () => {
    const root = experimentNode();
    expect(parseAssignment('training.epochs=5', root)).toEqual([['training', 'epochs'], 5]);
    expect(parseAssignment('model.initializers.kernel=torchUniform', root)).toEqual([
      ['model', 'initializers', 'kernel'],
      { kind: 'torchUniform' },
    ]);
    expect(parseAssignment('model.layers=[{"units":32}]', root)).toEqual([
      ['model', 'layers'],
      [{ units: 32 }],
    ]);
    expect(parseAssignment('data.normalize=robust', root)).toEqual([['data', 'normalize'], 'robust']);
  });
});

describe('roles', () => {
  const columns = experimentSchema.parse({
    data: {
      columns: [
        { name: 'day', role: 'time' },
        { name: 'x', role: 'target' },
      ],
    },
  }).data.columns;

  it('gives one column the time and takes it from the other', () => {
    const changed = withRole(columns, { name: 'stamp', type: 'time', distinct: 9 }, 'time', 'forecast');
    expect(changed.map(({ name, role }) => [name, role])).toEqual([
      ['day', 'ignore'],
      ['x', 'target'],
      ['stamp', 'time'],
    ]);
  });

  it('chooses the encoding by type and number of categories', () => {
    const encoding = (distinct: number, role: 'feature' | 'target', task: 'classify' | 'forecast') =>
      withRole([], { name: 'kind', type: 'text', distinct }, role, task)[0]?.encoding;
    expect(encoding(5, 'feature', 'forecast')).toBe('oneHot');
    expect(encoding(500, 'feature', 'forecast')).toBe('embedding');
    expect(encoding(5, 'target', 'classify')).toBe('label');
  });
});

describe('pages of a table', () => {
  it('cover the rows in view, and those around them are fetched ahead', () => {
    expect(pagesOf(0, 20, 1461)).toEqual([0]);
    expect(pagesOf(pageRows - 1, 20, 1461)).toEqual([0, 1]);
    expect(pagesOf(1460, 20, 1461)).toEqual([2]);
    expect(pagesOf(0, 20, 0)).toEqual([]);
    expect(pagesAhead([1], 1461)).toEqual([2, 0]);
    expect(
      pagesToDrop(
        Array.from({ length: 61 }, (_, page) => page),
        [0],
      ),
    ).toEqual([60]);
  });

  it('reach the last row of a table of any length', () => {
    for (const total of [10, 1461, 100_000, 50_000_000]) {
      const { height, rowsPerPixel } = scrollScale(total, 24, 300);
      const last = Math.max(0, height - 300) * rowsPerPixel;
      expect(last + 300 / 24).toBeCloseTo(Math.max(total, 300 / 24), 4);
      expect(height).toBeLessThan(33_000_000);
    }
  });
});

describe('packed numbers', () => {
  const packed = (array: Float32Array | Float64Array) => Buffer.from(array.buffer).toString('base64');

  it('come out as they went in, and the last can be had alone', () => {
    for (const count of [1, 2, 3, 4, 5, 100]) {
      const values = Array.from({ length: count }, (_, index) => index + 0.5);
      expect([...unpackFloat32(packed(Float32Array.from(values)))]).toEqual(values);
      expect([...unpackFloat64(packed(Float64Array.from(values)))]).toEqual(values);
      expect(lastFloat(packed(Float32Array.from(values)), 'float32')).toBe(count - 0.5);
      expect(lastFloat(packed(Float64Array.from(values)), 'float64')).toBe(count - 0.5);
    }
    expect(lastFloat('', 'float32')).toBeNull();
    expect(lastFloat(packed(Float32Array.of(Number.NaN)), 'float32')).toBeNull();
  });
});

describe('remedies', () => {
  const experiment = experimentSchema.parse({
    version: 1,
    name: 'a',
    task: 'forecast',
    data: { file: 'a.csv' },
    training: { batchSize: 51, gradientAccumulation: 3 },
  });

  it('offer less memory for the same updates where there was none, and nothing for other failures', () => {
    const [remedy, ...others] = memoryRemedies({ where: 'training.batchSize' }, experiment);
    expect(others).toEqual([]);
    expect(remedy === undefined ? [] : changesOf(remedy)).toEqual([
      [['training', 'batchSize'], 26],
      [['training', 'gradientAccumulation'], 6],
    ]);
    expect(memoryRemedies({ where: 'backend.name' }, experiment)).toEqual([]);
    const large = experimentSchema.parse({ ...experiment, model: { layers: [{ units: 256 }] } });
    const found = memoryRemedies({ where: 'training.batchSize' }, large);
    expect(found.flatMap(changesOf).at(-1)).toEqual([['backend', 'storage'], 'float16']);
    const halved = { ...large, backend: { ...large.backend, storage: 'float16' as const } };
    expect(memoryRemedies({ where: 'training.batchSize' }, halved)).toHaveLength(1);
    const single = { ...experiment, training: { ...experiment.training, batchSize: 1 } };
    expect(memoryRemedies({ where: 'training.batchSize' }, single)).toEqual([]);
  });

  it('of a divergence change what caused it', () => {
    const found = remediesOf({ where: 'model.layers.0.candidateActivation', hint: null }, experiment);
    expect(found.flatMap(changesOf)).toEqual([
      [['model', 'layers', 0, 'candidateActivation'], 'tanh'],
      ...(experiment.training.clipping.kind === 'globalNorm'
        ? []
        : [[['training', 'clipping'], { kind: 'globalNorm', threshold: 1 }]]),
      [['training', 'learningRate'], experiment.training.learningRate / 10],
    ]);
  });
});
