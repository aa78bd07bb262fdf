import { ActionIcon } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useProject, useRunning } from '../../state/workbench.tsx';
import { formatDuration, formatNumber } from '../../strings/numbers.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useActions } from './actions.ts';
import styles from './frame.module.css';

/** The training that runs now, on every screen. */
export function RunningBar() {
  const text = useText();
  const language = useLanguage();
  const state = useRunning((running) => running);
  const actions = useActions();
  const queued = useProject((project) => project.queued.length);
  const view = useProject((project) => project.runs.find(({ record }) => record.id === project.running));
  if (view === undefined || state.run === null) return null;
  const epochs = state.epochs || view.epochs;
  const total = epochs * (state.stepsPerEpoch ?? view.stepsPerEpoch ?? 0);
  const paused = state.paused || view.paused;
  return (
    <section className={styles.running} aria-label={text('frame.running')}>
      <strong className={styles.name}>{view.record.name}</strong>
      <span className="numbers">
        {text('frame.runningEpoch', { epoch: Math.max(state.epoch, view.record.epoch), epochs })}
      </span>
      <span className="numbers">
        <span className="quiet">{text('frame.runningLoss')}</span> {formatNumber(state.loss, language)}
      </span>
      {paused ? (
        <span>{text('frame.runningPaused')}</span>
      ) : (
        state.secondsLeft !== null && (
          <span className="numbers quiet">
            {text('frame.runningEta', { time: formatDuration(state.secondsLeft, text) })}
          </span>
        )
      )}
      {queued > 0 && <span className="quiet">{text('frame.runningQueued', { count: queued })}</span>}
      <div className={styles.spring} />
      {paused ? (
        <ActionIcon aria-label={text('frame.resume')} title={text('frame.resume')} onClick={actions.resume}>
          <IconPlayerPlay size={16} aria-hidden />
        </ActionIcon>
      ) : (
        <ActionIcon aria-label={text('frame.pause')} title={text('frame.pause')} onClick={actions.pause}>
          <IconPlayerPause size={16} aria-hidden />
        </ActionIcon>
      )}
      <ActionIcon aria-label={text('frame.stop')} title={text('frame.stop')} onClick={actions.stop}>
        <IconPlayerStop size={16} aria-hidden />
      </ActionIcon>
      <progress
        className={styles.progress}
        aria-label={text('frame.running')}
        max={Math.max(1, total)}
        value={Math.max(state.step, view.record.step)}
      />
      <span className="only-read" role="status">
        {state.endedEpoch !== null &&
          text('frame.epochEnded', {
            epoch: state.endedEpoch.epoch,
            epochs,
            loss: formatNumber(state.endedEpoch.loss, language),
          })}
      </span>
    </section>
  );
}
