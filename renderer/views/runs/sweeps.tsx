import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Empty } from '../../components/empty.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { lastValue, useAsync } from '../../state/async.ts';
import { useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import styles from './runs.module.css';
import { SweepForm } from './sweep-form.tsx';
import { SweepPanel } from './sweep-panel.tsx';

interface SweepsProps {
  readonly project: string;
}

/** Searches over configurations: a form for a new one, and how each goes. */
export function Sweeps({ project }: SweepsProps) {
  const text = useText();
  const { workbench } = useWorkbench().connection;
  const revision = useProject((state) => state.sweepsRevision);
  // A trial ends when a run does.
  const finished = useProject(
    (state) => state.runs.filter(({ record }) => record.metrics !== null || record.error !== null).length,
  );
  const [writing, setWriting] = useState(false);
  const [loaded, again] = useAsync(`${project}/${revision}/${finished}`, (signal) =>
    workbench.sweeps.list({ project }, { signal }),
  );
  const sweeps = lastValue(loaded) ?? [];
  const start = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setWriting(true)}>
      {text('runs.sweepNew')}
    </Button>
  );
  return (
    <div className={styles.stack}>
      {loaded.status === 'failed' && <FaultNotice fault={loaded.fault} onRetry={again} />}
      {writing && (
        <SweepForm
          project={project}
          onClose={() => setWriting(false)}
          onStarted={() => {
            setWriting(false);
            again();
          }}
        />
      )}
      {!writing && sweeps.length > 0 && <div>{start}</div>}
      {!writing && sweeps.length === 0 && loaded.status === 'ready' && (
        <Empty actions={start}>{text('runs.sweepEmpty')}</Empty>
      )}
      {[...sweeps].reverse().map((sweep) => (
        <SweepPanel key={sweep.id} project={project} sweep={sweep} onChanged={again} />
      ))}
    </div>
  );
}
