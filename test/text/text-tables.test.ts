import { describe, expect, it } from 'vitest';
import { fitPreparation } from '../../engine/data/fit.ts';
import { preparationSchema } from '../../engine/data/preparation.ts';
import { prepareData, prepareInputs } from '../../engine/data/prepare.ts';
import { createBatch, type PreparedData, type SampleSet } from '../../engine/data/prepared.ts';
import { makeExperiment, makeTable, sentenceOf } from '../data/make-table.ts';

/** Tokens, targets and weights of one sample, as words. */
function sampleOf(data: Pick<PreparedData, 'inputs' | 'outputs'>, set: SampleSet, sample: number) {
  const batch = createBatch(data.inputs, data.outputs, { timesteps: set.longest, batch: 1 });
  set.fill(Int32Array.of(sample), batch);
  const length = set.length(sample);
  return {
    // Entry 0 of an embedding is unknown, entry i + 1 is the token i.
    tokens: Array.from(batch.tokens.subarray(0, length), (entry) => entry - 1),
    labels: [...batch.labels.subarray(0, data.outputs.rows === 'sequence' ? length : 1)],
    weights: [...batch.weights.subarray(0, data.outputs.rows === 'sequence' ? length : 1)],
  };
}

const special = { unknown: 1, begin: 2, end: 3, separator: 4 };
const split = { kind: 'column' };
const crossEntropy = { training: { loss: { kind: 'crossEntropy' } } };

describe('texts to classify', () => {
  const table = makeTable({
    text: ['a b c d', 'b a', 'x a', 'c c c x x'],
    label: ['p', 'q', 'p', 'q'],
    part: ['train', 'train', 'test', 'val'],
  });
  const make = (text = {}) =>
    makeExperiment(
      { text: 'feature:text', label: 'target:label', part: 'split' },
      { split, text },
      { task: 'classify', ...crossEntropy },
    );

  it('become one sequence each, with words of the training part only', () => {
    const experiment = make();
    const preparation = fitPreparation(experiment, table);
    const data = prepareData(experiment, table, preparation);
    expect(data.inputs.tokens).toEqual([{ name: 'text', entries: 5 + 4 + 1 }]);
    // a and b twice, then c and d; x occurs in the other parts alone.
    expect(sampleOf(data, data.train, 0)).toEqual({ tokens: [5, 6, 7, 8], labels: [0], weights: [1] });
    expect(sampleOf(data, data.train, 1)).toEqual({ tokens: [6, 5], labels: [1], weights: [1] });
    expect(sampleOf(data, data.test, 0).tokens).toEqual([special.unknown, 5]);
    expect(sampleOf(data, data.validation, 0).tokens).toEqual([7, 7, 7, 1, 1]);
    expect(data.validation.origin(0)).toMatchObject({ firstRow: 4, lastRow: 4 });
    expect(preparation.rows).toEqual({ read: 4, used: 4, dropped: [] });
    expect(preparation.split.train).toMatchObject({ rows: 2, samples: 2 });
    expect(preparation.warnings).toContain(
      '42.9 % of the tokens outside of the training part are unknown to the tokenizer; byte pairs or characters know every text (data.text.tokenizer).',
    );
    // What is kept as JSON is enough for a new file without labels, in the same tokens.
    const kept = preparationSchema.parse(JSON.parse(JSON.stringify(preparation)));
    const inputs = prepareInputs(experiment, makeTable({ text: ['d c', '', 'never'] }), kept);
    expect(sampleOf(inputs, inputs.samples, 0).tokens).toEqual([8, 7]);
    expect(sampleOf(inputs, inputs.samples, 1).tokens).toEqual([special.end]);
    expect(sampleOf(inputs, inputs.samples, 2)).toEqual({ tokens: [1], labels: [0], weights: [0] });
    expect(inputs.samples.origin(2).firstRow).toBe(3);
  });

  it('are cut at the side that is chosen, and that is told', () => {
    const sides = { end: [5, 6], start: [7, 8] } as const;
    for (const [truncate, tokens] of Object.entries(sides)) {
      const experiment = make({ maximumLength: 2, truncate });
      const preparation = fitPreparation(experiment, table);
      const data = prepareData(experiment, table, preparation);
      expect(sampleOf(data, data.train, 0).tokens).toEqual(tokens);
      expect(preparation.warnings[0]).toContain('2 texts are longer than 2 tokens; the ');
    }
  });

  it('come from several columns, with a separator between them', () => {
    const experiment = makeExperiment(
      {
        title: 'feature:text',
        body: 'feature:text',
        label: 'target:label',
        length: 'feature',
        part: 'split',
      },
      { split, normalize: 'none' },
      { task: 'classify', ...crossEntropy },
    );
    const rows = makeTable({
      title: ['t', 'u'],
      body: ['b', 't b'],
      label: ['p', 'q'],
      length: [7, 9],
      part: ['train', 'train'],
    });
    const data = prepareData(experiment, rows, fitPreparation(experiment, rows));
    const { tokens } = sampleOf(data, data.train, 1);
    expect(tokens).toEqual([7, special.separator, 6, 5]);
    expect(data.inputs.features).toEqual(['length']);
  });

  it('are split at random by document, and every row is used or dropped with a reason', () => {
    const experiment = makeExperiment(
      { text: 'feature:text', label: 'target:label' },
      { split: { kind: 'random' }, missing: 'drop' },
      { task: 'classify', ...crossEntropy },
    );
    const rows = makeTable({
      text: Array.from({ length: 40 }, (_, i) => (i === 7 ? null : `word${i % 5} and more`)),
      label: Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'p' : 'q')),
    });
    const preparation = fitPreparation(experiment, rows);
    const data = prepareData(experiment, rows, preparation);
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([27, 5, 7]);
    expect(preparation.rows.used).toBe(39);
    expect(preparation.rows.dropped).toMatchObject([{ count: 1, rows: [8] }]);
  });
});

describe('a language model', () => {
  const roles = { text: 'feature:text', part: 'split' };
  const table = makeTable({ text: ['abcde', 'ab', 'ba'], part: ['train', 'train', 'test'] });
  const make = (data: object) =>
    makeExperiment(roles, { split, ...data }, { task: 'next', model: { readout: 'every' }, ...crossEntropy });

  it('reads documents with begin and end, in windows that share one token', () => {
    const experiment = make({ text: { tokenizer: 'character' }, window: 3, stride: 3 });
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    // a, b twice; c, d, e once: ids 5 to 9. The document is begin a b c d e end.
    const seen = Array.from({ length: data.train.count }, (_, i) => sampleOf(data, data.train, i));
    expect(seen.map(({ tokens }) => tokens)).toEqual([
      [2, 5, 6],
      [7, 8, 9],
      [2, 5, 6],
    ]);
    expect(seen.map(({ labels }) => labels)).toEqual([
      [5, 6, 7],
      [8, 9, 3],
      [5, 6, 3],
    ]);
    expect(data.outputs.classes.length).toBe(10);
  });

  it('reads joined lines through, each part by itself', () => {
    const experiment = make({
      text: { tokenizer: 'character', documents: 'joined' },
      window: 2,
      stride: 2,
    });
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    const names = (ids: readonly number[]) => ids.map((id) => data.outputs.classes[id]).join('');
    const seen = Array.from({ length: data.train.count }, (_, i) => sampleOf(data, data.train, i));
    // abcde<break>ab<break>: nine tokens.
    expect(seen.map(({ tokens, labels }) => [names(tokens), names(labels)])).toEqual([
      ['ab', 'bc'],
      ['cd', 'de'],
      ['e\n', '\na'],
      ['ab', 'b\n'],
    ]);
    expect(data.train.streams?.map((stream) => [...stream])).toEqual([[0, 1, 2, 3]]);
    expect(names(sampleOf(data, data.test, 0).tokens)).toBe('ba');
  });

  it('refuses other inputs', async () => {
    const experiment = makeExperiment({ text: 'feature:text', x: 'feature' }, {}, { task: 'next' });
    expect(await sentenceOf(() => fitPreparation(experiment, table))).toContain(
      'The next token of a text is predicted from the text alone',
    );
  });
});

describe('sentence pairs', () => {
  it('are source, separator, target and end, and only the target counts', () => {
    const experiment = makeExperiment(
      { de: 'feature:text', en: 'target:text', part: 'split' },
      { split },
      { task: 'next', model: { readout: 'every' }, ...crossEntropy },
    );
    const table = makeTable({ de: ['a b', 'b'], en: ['x', 'y x'], part: ['train', 'train'] });
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    // b and x twice, a and y once.
    expect(sampleOf(data, data.train, 0)).toEqual({
      tokens: [7, 5, special.separator, 6],
      labels: [5, special.separator, 6, special.end],
      weights: [0, 0, 1, 1],
    });
    expect(sampleOf(data, data.train, 1)).toEqual({
      tokens: [5, special.separator, 8, 6],
      labels: [special.separator, 8, 6, special.end],
      weights: [0, 1, 1, 1],
    });
  });
});

describe('tokens to tag', () => {
  it('are cells with a limited vocabulary, learned from the training part', () => {
    const experiment = makeExperiment(
      { word: 'feature:text', tag: 'target:label', sentence: 'series', part: 'split' },
      { split, sequence: 'whole', text: { minimumFrequency: 2, lowercase: true } },
      { task: 'tag', model: { readout: 'every' }, ...crossEntropy },
    );
    const table = makeTable({
      sentence: [1, 1, 1, 2, 2],
      word: ['The', 'the', 'cat', 'the', 'cat'],
      tag: ['O', 'O', 'B-X', 'O', 'B-X'],
      part: ['train', 'train', 'train', 'test', 'test'],
    });
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    expect(sampleOf(data, data.train, 0)).toEqual({
      tokens: [5, 5, 1],
      labels: [1, 1, 0],
      weights: [1, 1, 1],
    });
    expect(sampleOf(data, data.test, 0).tokens).toEqual([5, 1]);
  });
});

describe('a text column', () => {
  it.each([
    ['forecast', 'feature:text', 'A text cannot be forecast'],
    ['classify', 'target:text', 'No text is an input of the model'],
  ])('is refused: %s with %s', async (task, role, message) => {
    const experiment = makeExperiment({ text: role, label: 'target:label' }, {}, { task, ...crossEntropy });
    const table = makeTable({ text: ['a', 'b'], label: ['p', 'q'] });
    expect(await sentenceOf(() => fitPreparation(experiment, table))).toContain(message);
  });
});
