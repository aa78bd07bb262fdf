import { Button, Tabs, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { DropScreen } from '../../components/drop-zone.tsx';
import { Empty } from '../../components/empty.tsx';
import { ImportedModelNotice, ModelImportButton, useModelImport } from '../../components/model-import.tsx';
import { Notice } from '../../components/notice.tsx';
import { notifyFault, notifyUndo } from '../../components/notify.tsx';
import { useChoice, useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { useSaid } from '../../strings/use-said.ts';
import { matches, type Sorting, sortRuns, testMetrics } from './columns.ts';
import { Compare } from './compare.tsx';
import { Parallel } from './parallel.tsx';
import { RunTable } from './run-table.tsx';
import styles from './runs.module.css';
import { Sweeps } from './sweeps.tsx';

export function RunsScreen() {
  const project = useProject((state) => state.project?.project ?? null);
  return project === null ? null : <Runs key={project} project={project} />;
}

interface RunsProps {
  readonly project: string;
}

function Runs({ project }: RunsProps) {
  const text = useText();
  const said = useSaid();
  const numbers = useNumbers();
  const { workbench } = useWorkbench().connection;
  const runs = useProject((state) => state.runs);
  const damaged = useProject((state) => state.damaged);
  const refresh = useProject((state) => state.refreshRuns);
  const compared = useChoice((state) => state.compared);
  const compare = useChoice((state) => state.compare);
  const importing = useModelImport(project);
  const [filter, setFilter] = useState('');
  const [sorting, setSorting] = useState<Sorting>({ column: 'created', descending: true });
  const shown = useMemo(
    () =>
      sortRuns(
        runs.filter((view) => matches(view, filter)),
        sorting,
      ),
    [runs, filter, sorting],
  );
  const metrics = useMemo(() => testMetrics(runs), [runs]);
  const chosen = runs.filter(({ record }) => compared.has(record.id));

  const remove = async (ids: readonly string[]): Promise<void> => {
    await workbench.runs.remove({ project, runs: [...ids] });
    compare([...compared].filter((id) => !ids.includes(id)));
    await refresh();
    notifyUndo(text('runs.deleted', { count: ids.length }), text('common.undo'), async () => {
      await workbench.runs.restore({ project, runs: [...ids] });
      await refresh();
    });
  };
  const removable = chosen.filter(({ record, paused }) => record.status !== 'running' && !paused);

  return (
    <DropScreen
      className={styles.screen}
      label={text('frame.runs')}
      over={text('modelImport.drop')}
      onFile={importing.drop}
    >
      <ImportedModelNotice importing={importing} />
      {damaged.length > 0 && (
        <Notice kind="warning">
          <strong>{text('runs.damaged')}</strong>
          {damaged.map((sentence) => (
            <div key={sentence}>{said(sentence)}</div>
          ))}
        </Notice>
      )}
      <Tabs defaultValue="table" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="table">{text('runs.tabTable')}</Tabs.Tab>
          <Tabs.Tab value="compare">{text('runs.tabCompare', { count: chosen.length })}</Tabs.Tab>
          <Tabs.Tab value="parallel">{text('runs.tabParallel')}</Tabs.Tab>
          <Tabs.Tab value="sweeps">{text('runs.tabSweeps')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="table" pt="sm">
          {runs.length === 0 ? (
            <Empty actions={<ModelImportButton importing={importing} />}>
              <strong>{text('runs.emptyTitle')}</strong>
              <p>{text('runs.empty')}</p>
            </Empty>
          ) : (
            <>
              <div className={styles.tools}>
                <TextInput
                  aria-label={text('runs.filterLabel')}
                  placeholder={text('runs.filter')}
                  value={filter}
                  w={320}
                  onChange={({ currentTarget }) => setFilter(currentTarget.value)}
                />
                <span className="quiet numbers" role="status">
                  {text('runs.shown', {
                    shown: numbers.count(shown.length),
                    total: numbers.count(runs.length),
                  })}
                </span>
                <div className={styles.spring} />
                <ModelImportButton importing={importing} />
                <Button
                  variant="default"
                  disabled={removable.length === 0}
                  onClick={() => void remove(removable.map(({ record }) => record.id)).catch(notifyFault)}
                >
                  {text('runs.deleteSelected', { count: removable.length })}
                </Button>
              </div>
              <RunTable
                project={project}
                runs={shown}
                metrics={metrics}
                sorting={sorting}
                onSort={setSorting}
                compared={compared}
                onCompare={compare}
                onDelete={(ids) => void remove(ids).catch(notifyFault)}
              />
            </>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="compare" pt="sm">
          <Compare project={project} runs={chosen} />
        </Tabs.Panel>
        <Tabs.Panel value="parallel" pt="sm">
          <Parallel project={project} runs={runs} />
        </Tabs.Panel>
        <Tabs.Panel value="sweeps" pt="sm">
          <Sweeps project={project} />
        </Tabs.Panel>
      </Tabs>
    </DropScreen>
  );
}
