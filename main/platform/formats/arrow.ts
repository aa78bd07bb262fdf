import { dataEndings } from '../../../engine/contract/files.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { ParsedTable } from '../../../engine/data/formats/parsed-table.ts';
import { GuardedThread } from '../threads/guarded-thread.ts';
import type { ArrowAnswer } from './arrow-table.ts';
import { beginsWith } from './begins-with.ts';
import type { FormatReader } from './format-reader.ts';
import { readWhole } from './read-bytes.ts';

/** A sound file becomes a table at this rate and more; one that does not is given up. */
const bytesPerMillisecond = 2_000;
const leastMilliseconds = 450;

/** Makes a table of the bytes of an Arrow file, in a thread: a damaged one can keep the library busy for ever. */
export type ArrowThread = GuardedThread<Uint8Array, ArrowAnswer>;

export function startArrowThread(): ArrowThread {
  return new GuardedThread('arrow-thread.mjs');
}

/** Apache Arrow: files (Feather version 2) and streams. */
export const arrowReader: FormatReader = {
  format: 'arrow',
  endings: dataEndings.arrow,
  matches: (head) => beginsWith(head, 'ARROW1') || beginsWith(head, 'FEA1'),
  read: async (part) => {
    const thread = startArrowThread();
    try {
      const table = await readArrow(thread, await readWhole(part, 2 ** 30), part.name);
      return { kind: 'parsed', table, found: {}, choices: {} };
    } finally {
      await thread.close();
    }
  },
};

/** @throws `data/unreadable`, `data/empty` */
export async function readArrow(thread: ArrowThread, bytes: Uint8Array, name: string): Promise<ParsedTable> {
  if (beginsWith(bytes, 'FEA1')) {
    throw new WorkbenchError('data/unreadable', 'This is a Feather file of version 1', {
      where: name,
      hint: 'Save it as version 2: frame.to_feather(file).',
    });
  }
  const limit = leastMilliseconds + Math.ceil(bytes.length / bytesPerMillisecond);
  const table = await askForTable(thread, bytes, limit).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message.slice(0, 120) : String(cause);
    throw new WorkbenchError('data/unreadable', `The Arrow file cannot be read: ${reason}`, {
      where: name,
      hint: 'Save it again, uncompressed: pyarrow.feather.write_feather(frame, file, compression="uncompressed").',
      cause,
    });
  });
  if (table.rowCount === 0 || table.columns.length === 0) {
    throw new WorkbenchError('data/empty', 'The table has no rows', { where: name });
  }
  return table;
}

async function askForTable(thread: ArrowThread, bytes: Uint8Array, limit: number): Promise<ParsedTable> {
  const answer = await thread.ask(bytes, limit);
  if (answer.answer === 'failed') throw new Error(answer.reason);
  return answer.table;
}
