import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { notifyFault } from '../../components/notify.tsx';
import { useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import styles from './train.module.css';

interface RunQueueProps {
  readonly project: string;
}

/** Runs that wait for their turn; the order can be changed. */
export function RunQueue({ project }: RunQueueProps) {
  const text = useText();
  const { workbench } = useWorkbench().connection;
  const queued = useProject((state) => state.queued);
  const runs = useProject((state) => state.runs);
  if (queued.length === 0) return null;
  const move = (from: number, to: number): void => {
    const order = [...queued];
    const [run] = order.splice(from, 1);
    if (run === undefined) return;
    order.splice(to, 0, run);
    workbench.runs.reorderQueue({ project, runs: order }).catch(notifyFault);
  };
  return (
    <section className={styles.panel} aria-label={text('train.queue')}>
      <header className={styles.panelHeader}>
        <h2>{text('train.queue')}</h2>
        <span className="quiet">{text('train.queueHint')}</span>
      </header>
      <ol className={styles.queue}>
        {queued.map((id, index) => {
          const run = runs.find(({ record }) => record.id === id)?.record.name ?? id;
          return (
            <li key={id}>
              <span className="numbers quiet">{index + 1}</span>
              <span className={styles.queueName}>{run}</span>
              <ActionIcon
                aria-label={text('train.queueUp', { run })}
                disabled={index === 0}
                onClick={() => move(index, index - 1)}
              >
                <IconArrowUp size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                aria-label={text('train.queueDown', { run })}
                disabled={index === queued.length - 1}
                onClick={() => move(index, index + 1)}
              >
                <IconArrowDown size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                aria-label={text('train.queueRemove', { run })}
                onClick={() => void workbench.runs.stop({ project, run: id }).catch(notifyFault)}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
