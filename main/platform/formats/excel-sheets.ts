import type { MessagePort } from 'node:worker_threads';
import type { Cell } from '../../../engine/data/formats/cells.ts';

export interface Sheet {
  readonly sheet: string;
  readonly rows: readonly (readonly Cell[])[];
}

export type ExcelAnswer =
  | { readonly answer: 'sheets'; readonly sheets: readonly Sheet[] }
  | { readonly answer: 'failed'; readonly reason: string };

/** Reads the workbooks whose bytes it is sent, until the thread is ended. */
export async function answerExcel(port: MessagePort): Promise<void> {
  const { default: readWorkbook } = await import('read-excel-file/node');
  const tell = (answer: ExcelAnswer): void => port.postMessage(answer);
  port.on('message', (bytes: Uint8Array) => {
    readWorkbook(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      .then((sheets) => tell({ answer: 'sheets', sheets: sheets.map(soundSheet) }))
      .catch((error: unknown) =>
        tell({ answer: 'failed', reason: error instanceof Error ? error.message : String(error) }),
      );
  });
  tell({ answer: 'failed', reason: 'nothing was asked yet' });
}

/** Of a damaged workbook the library hands out sheets that have no rows at all, not even an empty list. */
function soundSheet({ sheet, data }: { readonly sheet: string; readonly data: unknown }): Sheet {
  if (!Array.isArray(data)) throw new Error(`its sheet "${sheet}" has lost its rows`);
  return { sheet, rows: data };
}
