import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../engine/base/errors.ts';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { assignKeys } from '../../main/services/config/assign.ts';
import { keyTable, keyTableMarkdown } from '../../main/services/config/key-table.ts';
import { parseExperiment } from '../../main/services/config/parse.ts';
import { experimentSchemaText } from '../../main/services/config/schema.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** A full configuration, changed by assignments and checked, as `gru train --set` does. */
function changed(...assignments: string[]) {
  return parseExperiment(assignKeys(experimentSchema.parse({}), assignments), 'config.json');
}

function sentence(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return describeError(error);
  }
  throw new Error('nothing was refused');
}

describe('what the schema makes', () => {
  it('is current: resources/schema/experiment.schema.json (gru schema)', () => {
    expect(read('resources/schema/experiment.schema.json')).toBe(experimentSchemaText());
  });

  it('is current: main/cli/CONFIGURATION.md (gru schema --markdown)', () => {
    expect(read('main/cli/CONFIGURATION.md')).toBe(keyTableMarkdown());
  });

  it('has a row for every key of a full configuration', () => {
    const table = keyTable().map(({ key }) => key);
    const known = new Set(table.flatMap((key) => [key, key.replace(/\.kind$/, '')]));
    const missing: string[] = [];
    const walk = (value: unknown, path: string) => {
      if (known.has(path) && (typeof value !== 'object' || value === null)) return;
      if (typeof value === 'object' && value !== null) {
        for (const [key, child] of Object.entries(value)) {
          const place = path === '' ? key : `${path}.${key}`;
          walk(child, place.replace(/^model\.initializers\.\w+\./, 'model.initializers.*.'));
        }
      } else if (path !== 'version') missing.push(path);
    };
    walk(experimentSchema.parse({ model: { head: [{}] }, training: { plateau: {}, averaging: {} } }), '');
    expect(missing).toEqual([]);
  });
});

describe('--set', () => {
  it('reaches numbers, text, lists, records, null and whole objects', () => {
    const experiment = changed(
      'training.epochs=5',
      'name=2024',
      'model.layers.0.units=32',
      'model.layers.1.units=16',
      'training.regularizers.kernel.l2=0.01',
      'training.earlyStopping=null',
      'training.plateau.patience=3',
      'model.head=[{"units":8},{"units":4,"activation":"tanh"}]',
      'training.frozen.0=gru.0',
    );
    expect(experiment.training.epochs).toBe(5);
    expect(experiment.name).toBe('2024');
    expect(experiment.model.layers.map(({ units }) => units)).toEqual([32, 16]);
    expect(experiment.training.regularizers).toEqual({ kernel: { l1: 0, l2: 0.01 } });
    expect(experiment.training.earlyStopping).toBeNull();
    expect(experiment.training.plateau?.patience).toBe(3);
    expect(experiment.model.head.map(({ activation }) => activation)).toEqual(['relu', 'tanh']);
    expect(experiment.training.frozen).toEqual(['gru.0']);
  });

  it('drops the settings of the old kind when the kind changes, and keeps them when it does not', () => {
    expect(
      changed('training.optimizer.beta1=0.8', 'training.optimizer.kind=adam').training.optimizer,
    ).toMatchObject({
      kind: 'adam',
      beta1: 0.8,
    });
    expect(
      changed('training.optimizer.kind=sgd', 'training.optimizer.momentum=0.9').training.optimizer,
    ).toEqual({
      kind: 'sgd',
      momentum: 0.9,
      nesterov: false,
    });
    expect(changed('training.optimizer=lion').training.optimizer).toMatchObject({
      kind: 'lion',
      beta2: 0.99,
    });
  });

  it('sets every key of the table to its own default', () => {
    for (const { key, default: initial, onlyWith } of keyTable()) {
      if (initial === '' || onlyWith !== '' || key.includes('*')) continue;
      const place = key.replace(/^data\.columns\.0\..*$/, 'data.columns.0');
      const value = place === key ? initial : '{"name":"a","role":"target"}';
      expect(() => changed(`${place}=${value}`), key).not.toThrow();
    }
  });

  it.each([
    ['training.epoch=3', 'There is no key "training.epoch". Did you mean training.epochs?'],
    ['trainng.epochs=3', 'There is no key "trainng". Did you mean training?'],
    [
      'training.optimizer.betta1=1',
      'There is no key "training.optimizer.betta1". Did you mean training.optimizer.beta1?',
    ],
    [
      'model.layers.5.units=3',
      'model.layers has 1 element (model.layers.5). Use an index from 0 to 1, which adds one.',
    ],
    [
      'model.layers.first=3',
      'There is no key "model.layers.first". Elements of a list have numbers: 0 is the first.',
    ],
    ['training.seed.x=2', 'There is no key "training.seed.x". training.seed is a value without keys.'],
    ['epochs', '"epochs" is no assignment. Write it as key=value, for example training.epochs=5.'],
    ['training.epochs=many', 'training.epochs must be a whole number, but it is "many" (config.json).'],
    ['training.epochs=1.5', 'training.epochs must be a whole number, but it is 1.5 (config.json).'],
    ['data.window=0', 'data.window must be at least 1, but it is 0 (config.json).'],
    ['model.layers=[]', 'model.layers must be a list of at least 1, but it is [] (config.json).'],
    [
      'training.clipping.threshold=0',
      'training.clipping.threshold must be more than 0, but it is 0 (config.json).',
    ],
    [
      'model.readout=lst',
      'model.readout must be one of last, every, mean, max, attention, but it is "lst" (config.json). Did you mean "last"?',
    ],
  ])('%s is refused: %s', (assignment, expected) => {
    expect(sentence(() => changed(assignment))).toBe(expected);
  });
});

describe('config.json', () => {
  it.each([
    [[], 'The configuration must be an object, but it is [] (c.json).'],
    [{ trainig: {} }, 'There is no key "trainig" (c.json). Did you mean training?'],
    [
      { training: { optimizer: { kind: 'adm' } } },
      'training.optimizer.kind must be one of sgd, adam, adamax, nadam, radam, rmsprop, adagrad, adadelta, lion, but it is "adm" (c.json). Did you mean "adam"?',
    ],
    [
      { data: { columns: [{ name: 'a' }] } },
      'data.columns.0.role must be one of feature, target, featureAndTarget, time, series, split, group, weight, ignore, but it is missing (c.json).',
    ],
    [
      { training: { loss: { kind: 'crossEntropy', classWeights: 'equal' } } },
      'training.loss.classWeights must be balanced or a list, but it is "equal" (c.json).',
    ],
  ])('%j is refused: %s', (config, expected) => {
    expect(sentence(() => parseExperiment(config, 'c.json'))).toBe(expected);
  });

  it('may name its schema', () => {
    expect(parseExperiment({ $schema: './x.json', name: 'a' }, 'c.json').name).toBe('a');
  });
});
