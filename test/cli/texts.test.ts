import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { preparationSchema } from '../../engine/data/preparation.ts';
import { decodeWeights } from '../../engine/store/state-files.ts';
import { CommandLine } from './support/command-line.ts';

const gru = new CommandLine();

const fast = ['--set', 'model.layers.0.units=8', '--set', 'training.earlyStopping=null'];

afterAll(() => gru.close());

async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await gru.run(...args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('gru samples', () => {
  it('lists one for every kind of task, and says which there are where a name is wrong', async () => {
    const { samples } = z
      .object({ samples: z.array(z.object({ id: z.string(), task: z.string() })) })
      .parse(JSON.parse(await ok('samples', '--json')));
    expect(new Set(samples.map(({ task }) => task))).toEqual(
      new Set(['forecast', 'tag', 'next', 'classify', 'regress']),
    );
    const { code, stderr } = await gru.run('samples', 'sonets', 'x');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "sonnets"?');
  });

  it('makes more of a generated one, the same for the same seed', async () => {
    for (const folder of ['a', 'b'])
      await ok('samples', 'make', 'demand', '--rows', '50', '--output', folder);
    const text = readFileSync(gru.path('a', 'monthly-demand.csv'), 'utf8');
    expect(text.trim().split('\n')).toHaveLength(51);
    expect(readFileSync(gru.path('b', 'monthly-demand.csv'), 'utf8')).toBe(text);
  });
});

describe('gru generate', () => {
  beforeAll(async () => {
    await ok('samples', 'sonnets', 'sonnets');
    await ok('train', 'sonnets', ...fast, '--set', 'training.epochs=2');
  });

  it('continues a text; the same seed makes the same one', async () => {
    const write = (...more: string[]) =>
      ok('generate', 'sonnets', '--prompt', 'Shall I ', '--length', '30', ...more);
    const first = await write();
    expect(first.trimEnd().length).toBeGreaterThan(5);
    expect(await write()).toBe(first);
    expect(await write('--seed', '2')).not.toBe(first);
  });

  it('tells the probability of what it follows, the best first', async () => {
    const { texts } = z
      .object({ texts: z.array(z.object({ text: z.string(), logProbability: z.number() })) })
      .parse(JSON.parse(await ok('generate', 'sonnets', '--beam', '3', '--length', '8', '--json')));
    expect(texts).toHaveLength(3);
    const scores = texts.map(({ logProbability }) => logProbability);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(scores.every((score) => score < 0)).toBe(true);
  });

  it('is refused by a model of something else, with what to do instead', async () => {
    await ok('samples', 'demand', 'demand');
    await ok('train', 'demand', ...fast, '--set', 'training.epochs=1');
    const { code, stderr } = await gru.run('generate', 'demand');
    expect(code).toBe(2);
    expect(stderr).toContain('gru predict');
  });
});

describe('word vectors of one’s own', () => {
  it('are where the embedding begins, and stay as they are where it is frozen', async () => {
    await ok('samples', 'intents', 'intents');
    const words = ['the', 'play', 'music', 'weather', 'tomorrow'];
    const vectors = new Map(words.map((word, i) => [word, [i + 0.5, 2 - i, 0.25, 1 - i]]));
    const lines = [...vectors].map(([word, numbers]) => `${word} ${numbers.join(' ')}`);
    writeFileSync(gru.path('glove.txt'), `${lines.join('\n')}\n`);
    const settings = [
      `data.text.vectors="${gru.path('glove.txt')}"`,
      'model.embeddingWidth=null',
      'training.epochs=2',
    ];
    const given = settings.flatMap((setting) => ['--set', setting]);
    await ok('train', 'intents', ...fast, ...given, '--set', 'training.frozen=["embedding"]');
    await ok('train', 'intents', ...fast, ...given);
    const learned = (run: string): Map<string, number[]> => {
      const folder = gru.path('intents', 'runs', run);
      const { inputs } = preparationSchema.parse(
        JSON.parse(readFileSync(`${folder}/preparation.json`, 'utf8')),
      );
      const [input] = inputs;
      if (input?.encoding !== 'embedding') throw new Error('the model reads no texts');
      const weights = decodeWeights(new Uint8Array(readFileSync(`${folder}/model.safetensors`)), run);
      const table = [...weights].find(([name]) => name.startsWith('embedding'))?.[1];
      if (table === undefined) throw new Error('the model has no embedding');
      // One more entry, the first, is that of padding; the vectors have four numbers.
      expect(table.length).toBe(4 * (input.categories.length + 1));
      const known = input.categories.flatMap((word, i): [string, number[]][] =>
        vectors.has(word) ? [[word, [...table.slice((i + 1) * 4, (i + 2) * 4)]]] : [],
      );
      return new Map(known);
    };
    const frozen = learned('run-001');
    expect(frozen.size).toBeGreaterThan(1);
    for (const [word, numbers] of frozen) expect(numbers).toEqual(vectors.get(word));
    const free = learned('run-002');
    for (const [word, numbers] of free) {
      expect(numbers).not.toEqual(vectors.get(word));
      // Two epochs of small steps lead not far from where it began.
      numbers.forEach((value, i) => {
        expect(Math.abs(value - (vectors.get(word)?.[i] ?? Number.NaN))).toBeLessThan(0.5);
      });
    }
  });
});
