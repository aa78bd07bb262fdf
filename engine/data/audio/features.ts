import FFT from 'fft.js';
import { WorkbenchError } from '../../base/errors.ts';
import type { AudioConfig } from '../../contract/audio.ts';

/** Frames of one sound: [frames, width] row-major. */
export interface Frames {
  readonly count: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** Powers below this count as silence: -100 dB. */
const silence = 1e-10;

/** Names of the columns of frames: `mel01` ..., `mfcc01` .... */
export function frameColumns(config: AudioConfig): string[] {
  const count = config.features === 'mfcc' ? config.coefficients : config.bands;
  const name = config.features === 'mfcc' ? 'mfcc' : 'mel';
  const digits = String(count).length;
  return Array.from({ length: count }, (_, index) => `${name}${String(index + 1).padStart(digits, '0')}`);
}

/**
 * Log-mel or MFCC frames as librosa computes them (`feature.melspectrogram`, `power_to_db` with ref 1, `feature.mfcc`):
 * frames centered on multiples of the hop with zeros beyond the ends, a periodic Hann window, the power spectrum, mel
 * bands of equal area, decibels, and for MFCC an orthonormal DCT-II.
 * @param rate samples a second of the samples.
 * @throws config/impossible where the bands do not fit the rate.
 */
export function soundFrames(samples: Float64Array, rate: number, config: AudioConfig): Frames {
  const { frame, hop, bands, features, coefficients, range } = config;
  checkAudio(config, rate);
  const filters = melFilters(config, rate);
  const count = 1 + Math.floor(samples.length / hop);
  const decibels = new Float64Array(count * bands);
  const fft = new FFT(frame);
  const spectrum = fft.createComplexArray();
  const window = Float64Array.from(
    { length: frame },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / frame),
  );
  const input = new Float64Array(frame);
  let loudest = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < count; t++) {
    const start = t * hop - frame / 2;
    for (let i = 0; i < frame; i++) input[i] = (samples[start + i] ?? 0) * (window[i] as number);
    fft.realTransform(spectrum, input);
    for (let band = 0; band < bands; band++) {
      const { first, weights } = filters[band] as MelFilter;
      let power = 0;
      for (let k = 0; k < weights.length; k++) {
        const real = spectrum[2 * (first + k)] as number;
        const imaginary = spectrum[2 * (first + k) + 1] as number;
        power += (weights[k] as number) * (real * real + imaginary * imaginary);
      }
      const level = 10 * Math.log10(Math.max(silence, power));
      decibels[t * bands + band] = level;
      loudest = Math.max(loudest, level);
    }
  }
  if (range !== null) {
    for (let i = 0; i < decibels.length; i++) decibels[i] = Math.max(decibels[i] as number, loudest - range);
  }
  if (features === 'logMel') return { count, width: bands, values: decibels };
  return { count, width: coefficients, values: cosineTransform(decibels, count, bands, coefficients) };
}

function checkAudio(config: AudioConfig, rate: number): void {
  const { frame, bands, lowest, highest, features, coefficients } = config;
  const fail = (message: string, key: string, hint: string) =>
    new WorkbenchError('config/impossible', message, { where: `data.source.audio.${key}`, hint });
  if (!Number.isInteger(Math.log2(frame))) {
    throw fail(
      `A frame of ${frame} samples is no power of two`,
      'frame',
      'Set it to 256, 512, 1024 or 2048.',
    );
  }
  const top = highest ?? rate / 2;
  if (top > rate / 2) {
    throw fail(
      `The sound has ${rate} samples a second, so it holds nothing above ${rate / 2} Hz`,
      'highest',
      'Set it to null.',
    );
  }
  if (lowest >= top) throw fail('The lowest frequency is not below the highest', 'lowest', 'Set it to 0.');
  if (features === 'mfcc' && coefficients > bands) {
    throw fail(
      `${bands} bands do not give ${coefficients} coefficients`,
      'coefficients',
      'Set it to the number of bands or less.',
    );
  }
}

interface MelFilter {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Triangles between neighbors of equally spaced mel points, of area 1 (Slaney). */
function melFilters({ frame, bands, lowest, highest, scale }: AudioConfig, rate: number): MelFilter[] {
  const { toMel, toHertz } = melScales[scale];
  const low = toMel(lowest);
  const high = toMel(highest ?? rate / 2);
  const edges = Array.from({ length: bands + 2 }, (_, i) => toHertz(low + ((high - low) * i) / (bands + 1)));
  return Array.from({ length: bands }, (_, band) => {
    const [left, center, right] = edges.slice(band, band + 3) as [number, number, number];
    const weights = Float64Array.from({ length: frame / 2 + 1 }, (_, bin) => {
      const frequency = (bin * rate) / frame;
      const rise = (frequency - left) / (center - left);
      const fall = (right - frequency) / (right - center);
      return (Math.max(0, Math.min(rise, fall)) * 2) / (right - left);
    });
    const first = weights.findIndex((weight) => weight > 0);
    if (first < 0) return { first: 0, weights: new Float64Array(0) };
    const last = weights.findLastIndex((weight) => weight > 0);
    return { first, weights: weights.slice(first, last + 1) };
  });
}

/** Slaney: linear below 1000 Hz, logarithmic above; HTK: 2595 log10(1 + f/700). */
const melScales = {
  htk: {
    toMel: (hertz: number) => 2595 * Math.log10(1 + hertz / 700),
    toHertz: (mel: number) => 700 * (10 ** (mel / 2595) - 1),
  },
  slaney: {
    toMel: (hertz: number) =>
      hertz < 1000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4),
    toHertz: (mel: number) =>
      mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27),
  },
} as const;

/** Orthonormal DCT-II of every frame. */
function cosineTransform(levels: Float64Array, count: number, bands: number, kept: number): Float64Array {
  const table = Float64Array.from({ length: kept * bands }, (_, index) => {
    const k = Math.floor(index / bands);
    const n = index % bands;
    return Math.sqrt((k === 0 ? 1 : 2) / bands) * Math.cos((Math.PI * k * (2 * n + 1)) / (2 * bands));
  });
  const values = new Float64Array(count * kept);
  for (let t = 0; t < count; t++) {
    for (let k = 0; k < kept; k++) {
      let sum = 0;
      for (let n = 0; n < bands; n++)
        sum += (table[k * bands + n] as number) * (levels[t * bands + n] as number);
      values[t * kept + k] = sum;
    }
  }
  return values;
}
