import { Button } from '@mantine/core';
import { useMemo } from 'react';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { RunChoice, useChosenRun } from '../../components/run-choice.tsx';
import { useRunMetrics, useSlowly } from '../../components/run-metrics.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import { lastValue, useAsync } from '../../state/async.ts';
import { useFrame, useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { Divergence } from './divergence.tsx';
import { RunControls } from './run-controls.tsx';
import { RunFacts } from './run-facts.tsx';
import { RunLog } from './run-log.tsx';
import { RunQueue } from './run-queue.tsx';
import { TestResults } from './test-results.tsx';
import styles from './train.module.css';
import { TrainCharts } from './train-charts.tsx';

const every = (): boolean => true;

export function TrainScreen() {
  const text = useText();
  const project = useProject((state) => state.project?.project ?? null);
  const view = useChosenRun(every);
  if (project === null) return null;
  if (view === null) {
    return (
      <Empty actions={<RunControls project={project} view={null} />}>
        <strong>{text('train.emptyTitle')}</strong>
        <p>{text('train.empty')}</p>
      </Empty>
    );
  }
  return <ShownRun key={view.record.id} project={project} listed={view} />;
}

interface ShownRunProps {
  readonly project: string;
  readonly listed: RunView;
}

function ShownRun({ project, listed }: ShownRunProps) {
  const text = useText();
  const numbers = useNumbers();
  const go = useFrame((state) => state.go);
  const { workbench } = useWorkbench().connection;
  const run = listed.record.id;
  const runs = useMemo(() => [run], [run]);
  const followed = useRunMetrics(project, runs);
  useSlowly(followed);
  const [metrics] = followed;
  const [configuration] = useAsync(`${project}/${run}`, (signal) =>
    workbench.runs.configuration({ project, run }, { signal }),
  );
  if (metrics === undefined) return null;
  // The stream knows first; what a person wrote and the queue are in the list.
  const view = metrics.view === null ? listed : { ...listed, ...metrics.view, queued: listed.queued };
  const clipping = lastValue(configuration)?.experiment.training.clipping;
  const { record } = view;
  return (
    <div className={styles.screen}>
      <div className={styles.toolbar}>
        <RunChoice value={view} qualifies={every} />
        <StatusBadge view={view} />
        <div className={styles.spring} />
        <RunControls project={project} view={view} />
      </div>
      <RunFacts view={view} metrics={metrics} />
      <Divergence project={project} run={run} metrics={metrics} />
      {record.status === 'interrupted' && !view.paused && view.queued === null && (
        <Notice kind="info">{text('train.interrupted', { step: numbers.count(record.step) })}</Notice>
      )}
      <TrainCharts
        metrics={metrics}
        clippingThreshold={clipping?.kind === 'globalNorm' ? clipping.threshold : null}
      />
      <div className={styles.columns}>
        <RunQueue project={project} />
        {record.metrics !== null && <TestResults metrics={record.metrics} />}
        <RunLog metrics={metrics} />
      </div>
      {record.model !== null && (
        <div>
          <Button variant="default" onClick={() => go('understand')}>
            {text('train.understand')}
          </Button>
        </div>
      )}
    </div>
  );
}
