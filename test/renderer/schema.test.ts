import { describe, expect, it } from 'vitest';
import { activations } from '../../engine/ops/activation.ts';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import {
  experimentNode,
  nodeAt,
  type SchemaNode,
  settingPatterns,
  shapeOf,
  withinBounds,
} from '../../renderer/state/schema.ts';
import { explanations } from '../../renderer/strings/explanations/index.ts';
import { hasOptionLabel } from '../../renderer/strings/options.ts';

const root = experimentNode();

describe('schema walker', () => {
  it('finds the variant that a configuration has', () => {
    const config = experimentSchema.parse({ training: { optimizer: { kind: 'sgd' } } });
    const momentum = nodeAt(root, ['training', 'optimizer', 'momentum'], config);
    expect(momentum && shapeOf(momentum)).toEqual({
      kind: 'number',
      integer: false,
      bounds: { minimum: 0, maximum: 1, openMinimum: false, openMaximum: true },
    });
    expect(nodeAt(root, ['training', 'optimizer', 'beta1'], config)).toBeUndefined();
    expect(nodeAt(root, ['model', 'layers', 0, 'units'], config)).toMatchObject({ default: 64 });
    expect(nodeAt(root, ['model', 'layers', 'first', 'units'], config)).toBeUndefined();
  });

  it('accepts exactly the numbers that the schema accepts', () => {
    const places: readonly (readonly string[])[] = [
      ['training', 'learningRate'],
      ['training', 'batchSize'],
      ['data', 'window'],
      ['training', 'weightDecay'],
    ];
    for (const path of places) {
      const node = nodeAt(root, path, {}) ?? {};
      const shape = shapeOf(node);
      if (shape.kind !== 'number') throw new Error(`${path.join('.')} is no number`);
      for (const value of [-1, 0, 1, 7, 65_536, 65_537]) {
        const config = path.reduceRight<unknown>((inside, key) => ({ [key]: inside }), value);
        expect([path, value, withinBounds(value, shape.bounds)]).toEqual([
          path,
          value,
          experimentSchema.safeParse(config).success,
        ]);
      }
    }
  });

  it('has an explanation for every setting, and none for what is no setting', () => {
    const patterns = settingPatterns(root);
    const groups = new Set(['data', 'model', 'training']);
    const settings = [...new Set(patterns)].filter((path) => !groups.has(path));
    const initializers = new Set(
      settings.map((path) => path.replace(/^(model\.initializers)\.[a-zA-Z]+(?=[.:])/, '$1.*')),
    );
    expect([...initializers].filter((path) => explanations[path] === undefined)).toEqual([]);
    expect(Object.keys(explanations).filter((path) => !initializers.has(path))).toEqual([]);
  });

  it('has a word in both languages for every value of a list', () => {
    const missing: string[] = [];
    const walk = (node: SchemaNode, key: string) => {
      const shape = shapeOf(node);
      if (shape.kind === 'choice') {
        if (shape.options.join() === activations.join()) return;
        for (const option of shape.options)
          if (!hasOptionLabel(key, option)) missing.push(`${key}=${option}`);
      }
      if (shape.kind === 'group') for (const field of shape.fields) walk(field.node, field.key);
      if (shape.kind === 'list') walk(shape.element, key);
      if (shape.kind === 'record') walk(shape.value, key);
      if (shape.kind === 'variants')
        for (const variant of shape.variants) for (const field of variant.fields) walk(field.node, field.key);
    };
    walk(root, '');
    expect(missing).toEqual([]);
  });
});
