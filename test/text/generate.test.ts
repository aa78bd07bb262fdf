import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import type { InputLayout, OutputLayout } from '../../engine/data/prepared.ts';
import type { Decoding } from '../../engine/contract/decoding.ts';
import { choose, type Generated, generate } from '../../engine/infer/generate.ts';
import { predict } from '../../engine/infer/predict.ts';
import { Runner } from '../../engine/infer/runner.ts';
import { initialTrainingState } from '../../engine/train/initial-state.ts';
import { experiment, plan, prepared } from '../train/support.ts';

const pause = async () => {};
const classes = ['a', 'b', 'c', 'end'];
const end = 3;
const inputs: InputLayout = { features: [], tokens: [{ name: 'word', entries: 5 }], stateValues: 0 };
const outputs: OutputLayout = { kind: 'labels', targets: ['word'], classes, rows: 'sequence' };
const entryOf = (label: number) => label + 1;

const initializers = {
  kernel: { kind: 'normal', deviation: 1.5 },
  recurrent: { kind: 'normal', deviation: 1 },
  embedding: { kind: 'normal', deviation: 1 },
  dense: { kind: 'normal', deviation: 1 },
  initialState: { kind: 'normal', deviation: 1 },
};

const config = (stateful: boolean, batchSize: number, learned: boolean) =>
  experiment({
    task: 'next',
    model: {
      layers: [{ units: 4, initialState: { kind: learned ? 'trainable' : 'zeros' } }, { units: 3 }],
      readout: 'every',
      initializers,
    },
    training: { loss: { kind: 'crossEntropy' }, stateful, batchSize, seed: 5 },
  });

/** A model with learned initial states, and the same as a plan that carries them. */
async function models(rows: number) {
  const whole = config(false, 1, true);
  const data = prepared(inputs, outputs, {
    train: [{ timesteps: 8, tokens: [0, 0, 0, 0, 0, 0, 0, 0], labels: [0, 0, 0, 0, 0, 0, 0, 0] }],
  });
  const full = plan({ experiment: whole, data, options: {} });
  const { parameters } = initialTrainingState(whole, full, 'float64');
  const reader = new Runner(full, await createReferenceBackend().prepare(full.plan), 'float64');
  reader.writeParameters(parameters);
  const stepped = plan({ experiment: config(true, rows, false), data, options: {} });
  const runner = new Runner(stepped, await createReferenceBackend().prepare(stepped.plan), 'float64');
  runner.writeParameters(parameters);
  const initialStates = new Map([
    ['gru.0.forward', parameters.get('gru.0.forward.initialState') ?? new Float64Array(0)],
  ]);
  return { reader, runner, initialStates };
}

/** Log probabilities of the class after each step of a sequence of entries, read at once. */
async function readWhole(reader: Runner, entries: readonly number[]): Promise<Float64Array[]> {
  const set = prepared(inputs, outputs, {
    train: [{ timesteps: entries.length, tokens: entries, labels: entries.map(() => 0) }],
  }).train;
  for await (const { values } of predict(reader, set, { pause })) {
    return entries.map((_, t) => values.slice(t * classes.length, (t + 1) * classes.length).map(Math.log));
  }
  throw new Error('nothing was predicted');
}

/** Every text of at most `length` tokens with its log probability: no search, no carried states. */
async function allTexts(reader: Runner, prompt: readonly number[], length: number): Promise<Generated[]> {
  const texts: Generated[] = [];
  const extend = async (labels: readonly number[], logProbability: number): Promise<void> => {
    const steps = await readWhole(reader, [...prompt, ...labels.map(entryOf)]);
    const next = steps.at(-1) as Float64Array;
    texts.push({ labels, logProbability: logProbability + (next[end] as number), ended: true });
    for (const label of [0, 1, 2]) {
      const longer = { labels: [...labels, label], logProbability: logProbability + (next[label] as number) };
      if (longer.labels.length === length) texts.push({ ...longer, ended: false });
      else await extend(longer.labels, longer.logProbability);
    }
  };
  await extend([], 0);
  return texts;
}

const prompt = [1, 3, 2];

async function run(rows: number, decoding: Decoding, length: number, banned: readonly number[] = []) {
  const { reader, runner, initialStates } = await models(rows);
  const made = await generate(runner, {
    prompt,
    entryOf,
    end,
    banned: new Set(banned),
    length,
    decoding,
    initialStates,
    pause,
  });
  return { reader, made };
}

describe('a beam search', () => {
  it.each([0, 1])(
    'that is wide enough finds the best of all texts (length penalty %d)',
    async (lengthPenalty) => {
      const { reader, made } = await run(40, { kind: 'beam', width: 40, lengthPenalty }, 3);
      const score = ({ labels, logProbability, ended }: Generated) =>
        logProbability / Math.max(1, labels.length + Number(ended)) ** lengthPenalty;
      const all = (await allTexts(reader, prompt, 3)).sort((a, b) => score(b) - score(a));
      expect(all.length).toBe(1 + 3 + 9 + 27);
      made.slice(0, 10).forEach((text, index) => {
        expect([text.labels, text.ended]).toEqual([all[index]?.labels, all[index]?.ended]);
        expect(text.logProbability).toBeCloseTo(all[index]?.logProbability as number, 10);
      });
    },
  );

  it('of width 1 takes the likeliest token at every step, as temperature 0 does', async () => {
    const { made } = await run(1, { kind: 'beam', width: 1, lengthPenalty: 1 }, 5, [end]);
    const greedy = { kind: 'sample', temperature: 0, topK: null, topP: null, seed: 1, count: 1 } as const;
    const { made: sampled } = await run(1, greedy, 5, [end]);
    expect(made[0]?.labels).toEqual(sampled[0]?.labels);
    expect(sampled[0]?.labels.length).toBe(5);
  });
});

describe('sampling', () => {
  const sample = { kind: 'sample', temperature: 1, topK: null, topP: null, seed: 3, count: 4 } as const;

  it('is the same with the same seed, tells the probability of what it made, and never takes what is banned', async () => {
    const { reader, made } = await run(1, sample, 6, [1]);
    expect((await run(1, sample, 6, [1])).made).toEqual(made);
    expect((await run(1, { ...sample, seed: 4 }, 6, [1])).made).not.toEqual(made);
    for (const { labels, logProbability, ended } of made) {
      expect(labels).not.toContain(1);
      const steps = await readWhole(reader, [...prompt, ...labels.map(entryOf)]);
      let sum = 0;
      [...labels, ...(ended ? [end] : [])].forEach((label, index) => {
        const step = steps[prompt.length - 1 + index] as Float64Array;
        // Renormalized without the banned class.
        sum += (step[label] as number) - Math.log(1 - Math.exp(step[1] as number));
      });
      expect(logProbability).toBeCloseTo(sum, 10);
    }
  });

  it('chooses by the probabilities, their temperature, the likeliest k and the likeliest share', () => {
    const likelihood = Float64Array.from([0.1, 0.4, 0.2, 0.3], Math.log);
    const all = { temperature: 1, topK: null, topP: null };
    const at = (options: Partial<Parameters<typeof choose>[1]>) =>
      [0, 0.39, 0.41, 0.69, 0.71, 0.89, 0.91, 0.999].map((random) =>
        choose(likelihood, { ...all, ...options }, random),
      );
    expect(at({})).toEqual([1, 1, 3, 3, 2, 2, 0, 0]);
    // 4/7 of what is left.
    expect(at({ topK: 2 })).toEqual([1, 1, 1, 3, 3, 3, 3, 3]);
    expect(at({ topP: 0.6 })).toEqual(at({ topK: 2 }));
    expect(at({ topP: 0.4 })).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(at({ temperature: 0 })).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    // At temperature 1/2 probabilities are squared: 0.16, 0.09, 0.04, 0.01 of 0.3.
    expect(at({ temperature: 0.5 })).toEqual([1, 1, 1, 3, 3, 2, 2, 0]);
  });
});
