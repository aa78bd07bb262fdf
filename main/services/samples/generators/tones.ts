import { RandomStream } from '../../../../engine/base/rng.ts';
import type { GeneratedFile, Generator } from './generator.ts';

const rate = 8000;
const kinds = ['falling', 'rising', 'steady', 'warbling'] as const;

/** Tones of a third of a second whose pitch falls, rises, stays or warbles, in noise; 8-bit WAV, a folder a class. */
export const tones: Generator = {
  count: 80,
  unit: 'recordings',
  make: (count, seed) => {
    const random = new RandomStream(seed, 301);
    return Array.from({ length: count }, (_, index): GeneratedFile => {
      const kind = kinds[index % kinds.length] as (typeof kinds)[number];
      const samples = 2000 + random.nextInteger(1000);
      const low = 400 + 800 * random.nextFloat();
      const reach = low * (0.6 + 0.6 * random.nextFloat());
      const loudness = 0.3 + 0.5 * random.nextFloat();
      let phase = 0;
      const values = Array.from({ length: samples }, (_, at) => {
        const share = at / samples;
        phase += (2 * Math.PI * pitch(kind, share, low, reach)) / rate;
        const envelope = Math.min(1, 20 * share, 20 * (1 - share));
        return loudness * envelope * Math.sin(phase) + 0.02 * random.nextNormal();
      });
      const number = String(Math.floor(index / kinds.length) + 1).padStart(3, '0');
      return { path: `tones/${kind}/${kind}-${number}.wav`, bytes: wav8(values) };
    });
  },
};

function pitch(kind: (typeof kinds)[number], share: number, low: number, reach: number): number {
  if (kind === 'rising') return low + reach * share;
  if (kind === 'falling') return low + reach * (1 - share);
  return kind === 'steady' ? low + reach / 2 : low + reach * (0.5 + 0.5 * Math.sin(2 * Math.PI * 6 * share));
}

/** WAV of one channel with 8-bit samples (unsigned, 128 is silence). */
function wav8(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(44 + values.length + (values.length % 2));
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  tag(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  tag(36, 'data');
  view.setUint32(40, values.length, true);
  values.forEach((value, at) => {
    bytes[44 + at] = Math.min(255, Math.max(0, Math.round(128 + 127 * value)));
  });
  return bytes;
}
