import { useState } from 'react';
import { notify, notifyFault } from '../../components/notify.tsx';
import { chooseFile, hostPath, tableEndings } from '../../rpc/files.ts';
import { useSettings, useWorkbench } from '../../state/workbench.tsx';
import { formatCount, formatPercent } from '../../strings/numbers.ts';
import { useLanguage, useText } from '../../strings/text.ts';

/** Imports files into a project and says how far it is. */
export function useImport(project: string, onDone: (dataset: string) => void) {
  const text = useText();
  const language = useLanguage();
  const { connection } = useWorkbench();
  const info = useSettings((state) => state.info);
  const [busy, setBusy] = useState<string | null>(null);

  const run = async (file: string) => {
    const events = await connection.workbench.datasets.import({ project, file });
    for await (const event of events) {
      if (event.kind === 'done') {
        notify(text('data.imported', { name: event.dataset.name }));
        onDone(event.dataset.id);
      } else if (event.fraction !== null) {
        setBusy(`${text('data.importing')} ${formatPercent(event.fraction, language)}`);
      } else if (event.rows !== null) {
        setBusy(text('data.importingRows', { count: event.rows, text: formatCount(event.rows, language) }));
      }
    }
  };
  const guarded = (work: () => Promise<void>) => {
    setBusy(text('data.importing'));
    work()
      .catch(notifyFault)
      .finally(() => setBusy(null));
  };
  return {
    /** What is being done, or null. */
    busy,
    choose: () =>
      guarded(async () => {
        const path = await chooseFile(connection, info, text('data.import'), tableEndings);
        if (path !== null) await run(path);
      }),
    drop: (file: File) => guarded(async () => run(await hostPath(connection, info, file))),
  };
}
