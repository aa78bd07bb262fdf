import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { audioSchema } from '../../engine/contract/audio.ts';
import { frameColumns, soundFrames } from '../../engine/data/audio/features.ts';
import { resample } from '../../engine/data/audio/resample.ts';
import { readWav } from '../../engine/data/audio/wav.ts';
import { sentenceOf } from '../data/make-table.ts';

interface Golden {
  readonly rate: number;
  readonly samples: Readonly<Record<string, readonly number[]>>;
  readonly cases: readonly { readonly config: unknown; readonly frames: readonly (readonly number[])[] }[];
  readonly resampled: readonly {
    readonly from: number;
    readonly to: number;
    readonly samples: readonly number[];
  }[];
}

const file = (name: string) => new Uint8Array(readFileSync(new URL(`golden/${name}`, import.meta.url)));
const golden = JSON.parse(new TextDecoder().decode(file('frames.json'))) as Golden;
const runs = Number(process.env.FUZZ ?? 300);

describe('a WAV file', () => {
  for (const [name, samples] of Object.entries(golden.samples)) {
    if (name === 'mulaw.wav') continue;
    it(`is read as libsndfile reads it, channels averaged: ${name}`, () => {
      const sound = readWav(file(name), name);
      expect([sound.rate, sound.channels]).toEqual([golden.rate, 2]);
      samples.forEach((value, index) => {
        expect(sound.samples[index]).toBeCloseTo(value, 9);
      });
    });
  }

  it('is refused with the reason', async () => {
    expect(await sentenceOf(() => readWav(file('mulaw.wav'), 'm.wav'))).toBe(
      'Samples of mu-law with 8 bits are not read (m.wav). Convert it to a WAV file of 16-bit PCM.',
    );
    const whole = file('stereo-s16.wav');
    expect(await sentenceOf(() => readWav(whole.subarray(0, 1000), 'cut.wav'))).toContain(
      'The file is cut off: 4800 bytes',
    );
    expect(await sentenceOf(() => readWav(whole.subarray(0, 30), 'cut.wav'))).toContain(
      'The format of the sound is cut off',
    );
    expect(await sentenceOf(() => readWav(new TextEncoder().encode('a,b\n1,2\n'), 'x.csv'))).toContain(
      'The file is no WAV file',
    );
  });

  it(`survives ${runs} mutations: samples, or an error that says what is wrong`, () => {
    const seeds = Object.keys(golden.samples).map(file);
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
        fc.nat(400),
        (seed, changes, cut) => {
          const bytes = seed.slice(0, seed.length - (cut > 200 ? cut - 200 : 0));
          for (const [at, value] of changes) bytes[at % Math.min(bytes.length, 120)] = value;
          try {
            const { samples } = readWav(bytes, 'fuzz.wav');
            expect(samples.length).toBeGreaterThan(0);
            expect(samples.every(Number.isFinite)).toBe(true);
          } catch (error) {
            if (!(error instanceof WorkbenchError)) throw error;
          }
        },
      ),
      { numRuns: runs, seed: 1 },
    );
  });
});

describe('frames of sound', () => {
  const { samples, rate } = readWav(file('stereo-s16.wav'), 'tones');

  golden.cases.forEach(({ config, frames }, index) => {
    it(`are those of librosa within 1e-4: case ${index + 1}`, () => {
      const parsed = audioSchema.parse(config);
      const made = soundFrames(samples, rate, parsed);
      expect([made.count, made.width]).toEqual([frames.length, frames[0]?.length]);
      expect(frameColumns(parsed).length).toBe(made.width);
      // Relative to the size of each column, as a coefficient may pass through zero.
      const size = Math.max(...frames.flat().map(Math.abs));
      let worst = 0;
      frames.forEach((row, t) => {
        row.forEach((value, k) => {
          worst = Math.max(worst, Math.abs((made.values[t * made.width + k] as number) - value));
        });
      });
      expect(worst / size).toBeLessThan(1e-4);
    });
  });

  it('are refused where the settings do not fit the sound', async () => {
    const make = (config: object) => () => soundFrames(samples, rate, audioSchema.parse(config));
    expect(await sentenceOf(make({ frame: 500 }))).toContain('A frame of 500 samples is no power of two');
    expect(await sentenceOf(make({ highest: 5000 }))).toContain('so it holds nothing above 4000 Hz');
    expect(await sentenceOf(make({ lowest: 4000 }))).toContain(
      'The lowest frequency is not below the highest',
    );
    expect(await sentenceOf(make({ features: 'mfcc', bands: 8 }))).toContain(
      '8 bands do not give 13 coefficients',
    );
  });
});

describe('another rate', () => {
  for (const { from, to, samples } of golden.resampled) {
    it(`is that of SciPy: ${from} to ${to}`, () => {
      const made = resample(readWav(file('stereo-s16.wav'), 't').samples.slice(0, 300), from, to);
      expect(made.length).toBe(samples.length);
      samples.forEach((value, index) => {
        expect(made[index]).toBeCloseTo(value, 6);
      });
    });
  }
});
