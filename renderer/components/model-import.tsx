import { Button, CloseButton } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import type { ImportedModel } from '../../engine/contract/rpc/runs.ts';
import { chooseFile, hostPath, modelEndings } from '../rpc/files.ts';
import { useChoice, useProject, useSettings, useWorkbench } from '../state/workbench.tsx';
import { useText } from '../strings/text.ts';
import { useNumbers } from '../strings/use-numbers.ts';
import { useSaid } from '../strings/use-said.ts';
import styles from './model-import.module.css';
import { Notice } from './notice.tsx';
import { notifyFault } from './notify.tsx';

/** Brings a network of another tool into the project, as a run. */
export function useModelImport(project: string) {
  const text = useText();
  const { connection } = useWorkbench();
  const info = useSettings((state) => state.info);
  const refresh = useProject((state) => state.refreshRuns);
  const choose = useChoice((state) => state.choose);
  const [busy, setBusy] = useState(false);
  const [imported, setImported] = useState<ImportedModel | null>(null);
  const run = (pathOf: () => Promise<string | null>) => {
    setBusy(true);
    const work = async (): Promise<void> => {
      const file = await pathOf();
      if (file === null) return;
      const result = await connection.workbench.models.import({ project, file });
      await refresh();
      choose(result.run);
      setImported(result);
    };
    work()
      .catch(notifyFault)
      .finally(() => setBusy(false));
  };
  return {
    busy,
    /** The last one that came in, until the person has read what is said of it. */
    imported,
    dismiss: () => setImported(null),
    choose: () => run(() => chooseFile(connection, info, text('modelImport.files'), modelEndings)),
    drop: (file: File) => run(() => hostPath(connection, info, file)),
  };
}

interface ModelImportProps {
  readonly importing: ReturnType<typeof useModelImport>;
}

export function ModelImportButton({ importing }: ModelImportProps) {
  const text = useText();
  return (
    <Button
      variant="default"
      leftSection={<IconFileImport size={14} aria-hidden />}
      loading={importing.busy}
      title={text('modelImport.hint')}
      onClick={importing.choose}
    >
      {text('modelImport.choose')}
    </Button>
  );
}

/** What came in, and what its file did not say. */
export function ImportedModelNotice({ importing: { imported, dismiss } }: ModelImportProps) {
  const text = useText();
  const said = useSaid();
  const numbers = useNumbers();
  if (imported === null) return null;
  return (
    <Notice kind="info">
      <div className={styles.head} role="status">
        <strong>
          {text('modelImport.done', {
            run: imported.run,
            format: imported.format,
            parameters: numbers.count(imported.parameters),
          })}
        </strong>
        <CloseButton size="sm" aria-label={text('modelImport.dismiss')} onClick={dismiss} />
      </div>
      <ul className={styles.notes}>
        {imported.notes.map((note) => (
          <li key={note}>{said(note)}</li>
        ))}
      </ul>
    </Notice>
  );
}
