import { dataEndings } from '../../../engine/contract/files.ts';
import { frameColumns, soundFrames } from '../../../engine/data/audio/features.ts';
import { resample } from '../../../engine/data/audio/resample.ts';
import { readWav } from '../../../engine/data/audio/wav.ts';
import { plainTable } from '../../../engine/data/formats/parsed-table.ts';
import { beginsWith } from './begins-with.ts';
import type { FormatReader } from './format-reader.ts';
import { readWhole } from './read-bytes.ts';

/** Sound as frames of features, a row a frame (data.source.audio). Files of a folder get the rate of the first. */
export const wavReader: FormatReader = {
  format: 'wav',
  endings: dataEndings.wav,
  matches: (head) => beginsWith(head, 'RIFF') && beginsWith(head, 'WAVE', 8),
  read: async (part, config) => {
    const { audio } = config;
    const sound = readWav(await readWhole(part), part.name);
    const rate = audio.sampleRate ?? sound.rate;
    const frames = soundFrames(resample(sound.samples, sound.rate, rate), rate, audio);
    const columns = frameColumns(audio).map((name, column) => ({
      name,
      kind: 'number' as const,
      values: Float64Array.from(
        { length: frames.count },
        (_, t) => frames.values[t * frames.width + column] as number,
      ),
      format: null,
    }));
    const notes =
      sound.rate === rate ? [] : [`Sound of another rate was brought to ${rate} samples a second.`];
    return {
      kind: 'parsed',
      table: plainTable(columns, notes),
      found: { audio: { ...audio, sampleRate: rate } },
      choices: {},
    };
  },
};
