import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import { useRunning } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './train.module.css';

interface RunFactsProps {
  readonly view: RunView;
  readonly metrics: RunMetrics;
}

/** How far the run is, in numbers and as a bar. */
export function RunFacts({ view, metrics }: RunFactsProps) {
  const text = useText();
  const said = useSaid();
  const numbers = useNumbers();
  const { record, epochs, stepsPerEpoch } = view;
  const secondsLeft = useRunning((state) =>
    state.run === record.id && !state.paused ? state.secondsLeft : null,
  );
  const step = Math.max(record.step, metrics.lastStep);
  const steps = stepsPerEpoch === null ? null : stepsPerEpoch * epochs;
  const losses = metrics.epochCurve('validation.loss');
  const lowest = losses.extremes(0, losses.length).lowest;
  const best = metrics.epochs[lowest];
  const speeds = metrics.throughput.y;
  const speed = speeds.length === 0 ? null : metrics.throughput.smoothed(0.98).y.at(speeds.length - 1);
  const active = record.status === 'running';
  const epoch =
    stepsPerEpoch === null
      ? record.epoch
      : Math.min(epochs, Math.max(record.epoch, Math.ceil(step / stepsPerEpoch)));
  const facts: readonly (readonly [string, string])[] = [
    [text('train.epoch'), text('train.epochOf', { epoch, epochs })],
    [
      text('train.step'),
      steps === null
        ? numbers.count(step)
        : text('train.stepOf', { step: numbers.count(step), steps: numbers.count(steps) }),
    ],
    active && secondsLeft !== null
      ? [text('train.left'), numbers.duration(secondsLeft)]
      : [text('train.took'), numbers.duration(Math.max(record.seconds, secondsOf(metrics)))],
    [text('train.speed'), speed === null ? '–' : text('train.speedValue', { value: numbers.number(speed) })],
    [text('train.bestEpoch'), best === undefined ? '–' : numbers.count(best.epoch)],
    [
      text('train.bestLoss'),
      numbers.number(best === undefined ? null : (best.metrics['validation.loss'] ?? null)),
    ],
    [text('train.device'), said(record.backend?.description ?? '–')],
  ];
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <progress
        className={styles.progress}
        aria-label={text('train.progress')}
        max={Math.max(1, steps ?? 1)}
        value={record.status === 'done' ? Math.max(1, steps ?? 1) : step}
      />
    </>
  );
}

function secondsOf(metrics: RunMetrics): number {
  return metrics.epochs.reduce((sum, { seconds }) => sum + seconds, 0);
}
