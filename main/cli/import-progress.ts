import { Presets, SingleBar } from 'cli-progress';
import type { ImportProgress } from '../services/datasets/import-dataset.ts';
import type { Terminal } from './terminal.ts';

const words: Readonly<Record<ImportProgress['phase'], string>> = {
  hash: 'Looking',
  read: 'Reading',
  store: 'Storing',
};

/** A bar on a terminal while a file is imported; nothing elsewhere. */
export function createImportProgress(terminal: Terminal): {
  readonly show: (progress: ImportProgress) => void;
  readonly end: () => void;
} {
  let bar: SingleBar | null = null;
  return {
    show: ({ phase, share }) => {
      if (!terminal.interactive) return;
      if (bar === null) {
        bar = new SingleBar(
          {
            format: '{phase} [{bar}] {percentage} %',
            clearOnComplete: true,
            hideCursor: true,
            stream: process.stderr,
          },
          Presets.legacy,
        );
        bar.start(100, 0, { phase: words[phase] });
      }
      bar.update(Math.round((share ?? 0) * 100), { phase: words[phase] });
    },
    end: () => {
      bar?.stop();
      bar = null;
    },
  };
}
