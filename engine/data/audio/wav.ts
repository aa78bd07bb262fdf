import { WorkbenchError } from '../../base/errors.ts';

export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  readonly channels: number;
  /** [samples] the mean of all channels, -1 to 1. */
  readonly samples: Float64Array;
}

const formats: Readonly<Record<number, string>> = {
  2: 'ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  85: 'MP3',
};

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits, or 32- or 64-bit floats; any rate, any number of channels. Integers
 * are divided by the size of their range, as libsndfile does.
 * @throws data/unreadable naming what is wrong; data/empty without samples.
 */
export function readWav(bytes: Uint8Array, name: string): Sound {
  const unreadable = (message: string) =>
    new WorkbenchError('data/unreadable', message, {
      where: name,
      hint: 'Convert it to a WAV file of 16-bit PCM.',
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number): string =>
    at + 4 <= bytes.length ? String.fromCharCode(...bytes.subarray(at, at + 4)) : '';
  if (tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw unreadable('The file is no WAV file');
  let format: Format | null = null;
  let data: { readonly start: number; readonly size: number } | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (tag(at) === 'fmt ') {
      if (size < 16 || start + 16 > bytes.length) throw unreadable('The format of the sound is cut off');
      format = formatOf(view, start, size);
    }
    if (tag(at) === 'data') {
      // A program that writes into a pipe does not know the size beforehand.
      const open = size === 0xffffffff || (size === 0 && start < bytes.length);
      data = { start, size: open ? bytes.length - start : size };
      break;
    }
    at = start + size + (size % 2);
  }
  if (format === null) throw unreadable('The file does not say what its samples are');
  if (data === null) throw unreadable('The file has no samples');
  const { kind, bits, channels, rate } = format;
  const known = kind === 1 ? [8, 16, 24, 32].includes(bits) : kind === 3 && [32, 64].includes(bits);
  if (!known) {
    throw unreadable(`Samples of ${formats[kind] ?? `format ${kind}`} with ${bits} bits are not read`);
  }
  if (channels === 0 || rate === 0) throw unreadable('The file says it has no channels or no rate');
  if (data.start + data.size > bytes.length) {
    throw unreadable(
      `The file is cut off: ${data.size} bytes of samples are announced, ${bytes.length - data.start} are there`,
    );
  }
  const frame = (bits / 8) * channels;
  const count = Math.floor(data.size / frame);
  if (count === 0) throw new WorkbenchError('data/empty', 'The file has no samples', { where: name });
  const read = sampleReader(view, kind, bits);
  const samples = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += read(data.start + index * frame + (channel * bits) / 8);
    }
    const value = sum / channels;
    if (!Number.isFinite(value)) throw unreadable(`Sample ${index + 1} is not a finite number`);
    samples[index] = value;
  }
  return { rate, channels, samples };
}

interface Format {
  readonly kind: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

function formatOf(view: DataView, start: number, size: number): Format {
  const kind = view.getUint16(start, true);
  // WAVE_FORMAT_EXTENSIBLE: the kind is in the first bytes of an identifier.
  const extended = kind === 0xfffe && size >= 40 && start + 26 <= view.byteLength;
  return {
    kind: extended ? view.getUint16(start + 24, true) : kind,
    channels: view.getUint16(start + 2, true),
    rate: view.getUint32(start + 4, true),
    bits: view.getUint16(start + 14, true),
  };
}

function sampleReader(view: DataView, kind: number, bits: number): (at: number) => number {
  if (kind === 3) {
    return bits === 32 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  }
  switch (bits) {
    case 8:
      return (at) => (view.getUint8(at) - 128) / 128;
    case 16:
      return (at) => view.getInt16(at, true) / 32_768;
    case 24:
      return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 8_388_608;
    default:
      return (at) => view.getInt32(at, true) / 2_147_483_648;
  }
}
