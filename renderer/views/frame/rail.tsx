import { UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconArrowsDiff,
  IconBulb,
  IconChartLine,
  IconCircleCheckFilled,
  IconHome,
  IconLoader2,
  IconPackageExport,
  IconSettings,
  IconTable,
  IconTopologyStar3,
  type Icon,
} from '@tabler/icons-react';
import type { Screen } from '../../state/frame.ts';
import { steps } from '../../state/frame.ts';
import { useFrame } from '../../state/workbench.tsx';
import type { TextKey } from '../../strings/catalog.ts';
import { useText } from '../../strings/text.ts';
import styles from './frame.module.css';
import { type StepState, useStepStates } from './step-states.ts';

const icons: Readonly<Record<Screen, Icon>> = {
  start: IconHome,
  data: IconTable,
  model: IconTopologyStar3,
  train: IconChartLine,
  understand: IconBulb,
  export: IconPackageExport,
  runs: IconArrowsDiff,
  settings: IconSettings,
};

export const screenNames: Readonly<Record<Screen, TextKey>> = {
  start: 'frame.home',
  data: 'frame.data',
  model: 'frame.model',
  train: 'frame.train',
  understand: 'frame.understand',
  export: 'frame.export',
  runs: 'frame.runs',
  settings: 'frame.settings',
};

const stateNames: Readonly<Record<StepState, TextKey>> = {
  empty: 'frame.stateEmpty',
  ready: 'frame.stateReady',
  running: 'frame.stateRunning',
  problem: 'frame.stateProblem',
};

/** The steps of the work in their order, each with its state, and what stands beside them. */
export function Rail() {
  const text = useText();
  const states = useStepStates();
  return (
    <nav className={styles.rail} aria-label={text('frame.steps')}>
      <RailButton screen="start" />
      {steps.map((step) => (
        <RailButton key={step} screen={step} state={states[step]} />
      ))}
      <div className={styles.spring} />
      <RailButton screen="runs" state={states.runs} />
      <RailButton screen="settings" />
    </nav>
  );
}

interface RailButtonProps {
  readonly screen: Screen;
  readonly state?: StepState;
}

function RailButton({ screen, state }: RailButtonProps) {
  const text = useText();
  const current = useFrame((frame) => frame.screen);
  const go = useFrame((frame) => frame.go);
  const Icon = icons[screen];
  const name = text(screenNames[screen]);
  const label =
    state === undefined ? name : text('frame.stateStep', { step: name, state: text(stateNames[state]) });
  return (
    <UnstyledButton
      className={styles.step}
      aria-current={current === screen ? 'page' : undefined}
      aria-label={label}
      title={label}
      onClick={() => go(screen)}
    >
      <Icon size={20} stroke={1.6} aria-hidden />
      {name}
      {state !== undefined && <StateMark state={state} />}
    </UnstyledButton>
  );
}

const marks: Readonly<Record<StepState, Icon | null>> = {
  empty: null,
  ready: IconCircleCheckFilled,
  running: IconLoader2,
  problem: IconAlertTriangleFilled,
};

function StateMark({ state }: { readonly state: StepState }) {
  const Mark = marks[state];
  if (Mark === null) return null;
  return (
    <span className={styles.mark} data-state={state}>
      <Mark size={12} aria-hidden />
    </span>
  );
}
