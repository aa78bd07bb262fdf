import { Button } from '@mantine/core';
import { useState } from 'react';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { DropScreen } from '../../components/drop-zone.tsx';
import { Empty } from '../../components/empty.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { ImportedModelNotice, ModelImportButton, useModelImport } from '../../components/model-import.tsx';
import { RunChoice, useChosenRun } from '../../components/run-choice.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { lastValue, useAsync } from '../../state/async.ts';
import { useFrame, useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './export.module.css';
import { FormatDetail } from './format-detail.tsx';

const hasWeights = ({ record }: RunView): boolean => record.model !== null || record.epoch > 0;

export function ExportScreen() {
  const project = useProject((state) => state.project?.project ?? null);
  return project === null ? null : <Models key={project} project={project} />;
}

interface ModelsProps {
  readonly project: string;
}

/** Models leave here for other tools, and come in from them. */
function Models({ project }: ModelsProps) {
  const text = useText();
  const go = useFrame((state) => state.go);
  const view = useChosenRun(hasWeights);
  const importing = useModelImport(project);
  return (
    <DropScreen
      className={styles.screen}
      label={text('frame.export')}
      over={text('modelImport.drop')}
      onFile={importing.drop}
    >
      <ImportedModelNotice importing={importing} />
      {view === null ? (
        <Empty
          actions={
            <>
              <Button onClick={() => go('train')}>{text('understand.goTrain')}</Button>
              <ModelImportButton importing={importing} />
            </>
          }
        >
          <strong>{text('exports.emptyTitle')}</strong>
          <p>{text('exports.empty')}</p>
        </Empty>
      ) : (
        <>
          <div className={styles.toolbar}>
            <RunChoice value={view} qualifies={hasWeights} />
            <StatusBadge view={view} />
            <div className={styles.spring} />
            <ModelImportButton importing={importing} />
          </div>
          <Formats key={view.record.id} project={project} view={view} />
        </>
      )}
    </DropScreen>
  );
}

interface FormatsProps {
  readonly project: string;
  readonly view: RunView;
}

function Formats({ project, view }: FormatsProps) {
  const text = useText();
  const said = useSaid();
  const { workbench } = useWorkbench().connection;
  const run = view.record.id;
  const [loaded, again] = useAsync(`${project}/${run}`, (signal) =>
    workbench.exports.formats({ project, run }, { signal }),
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const formats = lastValue(loaded) ?? [];
  const shown = formats.find(({ format }) => format === chosen) ?? formats.find(({ available }) => available);
  return (
    <>
      {loaded.status === 'failed' && <FaultNotice fault={loaded.fault} onRetry={again} />}
      {loaded.status === 'loading' && formats.length === 0 && <Loading />}
      {formats.length > 0 && (
        <div className={styles.layout}>
          <nav aria-label={text('exports.formats')}>
            <ul className={styles.formats}>
              {formats.map(({ format, title, available, reason }) => (
                <li key={format}>
                  <button
                    type="button"
                    className={styles.format}
                    aria-current={format === shown?.format}
                    data-available={available}
                    onClick={() => setChosen(format)}
                  >
                    <strong>{said(title)}</strong>
                    {(!available || reason !== null) && (
                      <small>{available ? said(reason ?? '') : text('exports.notAvailable')}</small>
                    )}
                  </button>
                </li>
              ))}
            </ul>
          </nav>
          {shown !== undefined && (
            <FormatDetail key={shown.format} project={project} run={run} format={shown} />
          )}
        </div>
      )}
    </>
  );
}
