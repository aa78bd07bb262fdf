import { useRef, useState } from 'react';
import type { DatasetSummary } from '../../../engine/contract/rpc/datasets.ts';
import type { SourceConfig } from '../../../engine/contract/source.ts';
import { notify, notifyFault } from '../../components/notify.tsx';
import { chooseFile, hostPath, tableEndings } from '../../rpc/files.ts';
import { useSettings, useWorkbench } from '../../state/workbench.tsx';
import { formatCount, formatPercent } from '../../strings/numbers.ts';
import { useLanguage, useText } from '../../strings/text.ts';

export interface Importing {
  /** What is being done, or null. */
  readonly busy: string | null;
  choose(): void;
  drop(file: File): void;
  /** Reads the file of a data set again, in another way. */
  again(dataset: DatasetSummary, source: SourceConfig): void;
  /** Ends what is being done; nothing is left of it. */
  cancel(): void;
}

/** Imports files into a project and says how far it is. */
export function useImport(project: string, onDone: (dataset: DatasetSummary) => void): Importing {
  const text = useText();
  const language = useLanguage();
  const { connection } = useWorkbench();
  const info = useSettings((state) => state.info);
  const [busy, setBusy] = useState<string | null>(null);
  const running = useRef(new AbortController());

  const run = async (file: string, source?: SourceConfig) => {
    const { signal } = running.current;
    const wish = { project, file, ...(source === undefined ? {} : { source }) };
    const events = await connection.workbench.datasets.import(wish, { signal });
    for await (const event of events) {
      if (event.kind === 'done') {
        notify(text('data.imported', { name: event.dataset.name }));
        onDone(event.dataset);
      } else if (event.fraction !== null) {
        setBusy(`${text('data.importing')} ${formatPercent(event.fraction, language)}`);
      } else if (event.rows !== null) {
        setBusy(text('data.importingRows', { count: event.rows, text: formatCount(event.rows, language) }));
      }
    }
  };
  const guarded = (work: () => Promise<void>) => {
    const abort = new AbortController();
    running.current = abort;
    setBusy(text('data.importing'));
    work()
      .catch((error: unknown) => {
        if (!abort.signal.aborted) notifyFault(error);
      })
      .finally(() => setBusy(null));
  };
  return {
    busy,
    choose: () =>
      guarded(async () => {
        const path = await chooseFile(connection, info, text('data.import'), tableEndings);
        if (path !== null) await run(path);
      }),
    drop: (file) => guarded(async () => run(await hostPath(connection, info, file))),
    again: (dataset, source) => guarded(() => run(dataset.source, source)),
    cancel: () => running.current.abort(),
  };
}
