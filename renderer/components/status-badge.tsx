import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  type IconProps,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { RunView } from '../../engine/contract/rpc/runs.ts';
import { useText } from '../strings/text.ts';
import styles from './status-badge.module.css';

type State = 'created' | 'running' | 'paused' | 'interrupted' | 'done' | 'diverged' | 'failed';

const looks: Readonly<
  Record<
    State,
    {
      readonly icon: ComponentType<IconProps>;
      readonly tone: 'quiet' | 'accent' | 'good' | 'warning' | 'problem';
    }
  >
> = {
  created: { icon: IconClock, tone: 'quiet' },
  running: { icon: IconPlayerPlay, tone: 'accent' },
  paused: { icon: IconPlayerPause, tone: 'warning' },
  interrupted: { icon: IconPlayerStop, tone: 'warning' },
  done: { icon: IconCircleCheck, tone: 'good' },
  diverged: { icon: IconAlertTriangle, tone: 'problem' },
  failed: { icon: IconAlertTriangle, tone: 'problem' },
};

/** Names of what a run can be in. */
export const statusKeys = {
  created: 'train.statusCreated',
  running: 'train.statusRunning',
  paused: 'train.statusPaused',
  interrupted: 'train.statusInterrupted',
  done: 'train.statusDone',
  diverged: 'train.statusDiverged',
  failed: 'train.statusFailed',
} as const;

interface StatusBadgeProps {
  readonly view: RunView;
}

/** What a run is doing, as icon, color and word. */
export function StatusBadge({ view }: StatusBadgeProps) {
  const text = useText();
  const state: State = view.paused ? 'paused' : view.record.status;
  const { icon: Icon, tone } = looks[state];
  return (
    <span className={styles.badge} data-tone={tone}>
      <Icon size={14} aria-hidden />
      {view.queued === null
        ? text(statusKeys[state])
        : text('train.statusQueued', { place: view.queued + 1 })}
    </span>
  );
}
