import { Switch } from '@mantine/core';
import { memo, useState } from 'react';
import type { RunEvent } from '../../../engine/contract/events.ts';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import { type Text, useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import { type Numbers, useNumbers } from '../../strings/use-numbers.ts';
import { useSaid } from '../../strings/use-said.ts';
import styles from './train.module.css';

interface RunLogProps {
  readonly metrics: RunMetrics;
}

/** Lines shown at most, the newest first. */
const mostLines = 120;

/** What the run decided and did, newest first. */
export function RunLog({ metrics }: RunLogProps) {
  const text = useText();
  const [all, setAll] = useState(false);
  const shown = metrics.events
    .map((event, index) => ({ event, index }))
    .filter(({ event }) => all || !isRoutine(event))
    .slice(-mostLines)
    .reverse();
  return (
    <section className={styles.panel} aria-label={text('train.log')}>
      <header className={styles.panelHeader}>
        <h2>{text('train.log')}</h2>
        <Switch
          label={text('train.logAll')}
          checked={all}
          onChange={({ currentTarget }) => setAll(currentTarget.checked)}
        />
      </header>
      {shown.length === 0 && <p className="quiet">{text('train.logEmpty')}</p>}
      <ScrollRegion className={styles.logFrame} label={text('train.log')}>
        <ol className={styles.log}>
          {shown.map(({ event, index }) => (
            <LogLine key={index} event={event} />
          ))}
        </ol>
      </ScrollRegion>
    </section>
  );
}

interface LogLineProps {
  readonly event: RunEvent;
}

/** Events do not change: a line is written once. */
const LogLine = memo(function LogLine({ event }: LogLineProps) {
  const text = useText();
  const numbers = useNumbers();
  const metricName = useMetricName();
  const said = useSaid();
  return (
    <li data-kind={event.event}>
      <span>{lineOf(event, text, numbers, metricName, said)}</span>
      {event.event === 'decision' && <span className="quiet"> {said(event.reason)}</span>}
    </li>
  );
});

/** Epochs that brought nothing, and checkpoints. */
function isRoutine(event: RunEvent): boolean {
  return (event.event === 'epoch' && !event.best) || event.event === 'checkpoint';
}

function lineOf(
  event: RunEvent,
  text: Text,
  numbers: Numbers,
  metricName: (metric: string) => string,
  said: (sentence: string) => string,
): string {
  switch (event.event) {
    case 'run':
      return event.step === 0
        ? text('train.logRun', {
            samples: numbers.count(event.samples.train),
            count: event.stepsPerEpoch,
            device: said(event.description),
          })
        : text('train.logResumed', { step: numbers.count(event.step), device: said(event.description) });
    case 'decision':
      return text('train.logDecision', { subject: said(event.subject), choice: said(event.choice) });
    case 'epoch': {
      const metrics = Object.entries(event.metrics)
        .filter(([name]) => name === 'train.loss' || name.startsWith('validation.'))
        .slice(0, 4)
        .map(
          ([name, value]) =>
            `${partText(name, text)} ${metricName(name.split('.')[1] ?? name)} ${numbers.number(value)}`,
        )
        .join(', ');
      return text(event.best ? 'train.logBest' : 'train.logEpoch', { epoch: event.epoch, metrics });
    }
    case 'learning-rate':
      return text('train.logRate', {
        step: numbers.count(event.step + 1),
        factor: numbers.number(event.factor),
      });
    case 'checkpoint':
      return text('train.logCheckpoint', { step: numbers.count(event.step) });
    case 'done':
      return text(doneKeys[event.reason], {
        time: numbers.duration(event.seconds),
        best: event.bestEpoch ?? '–',
      });
    case 'error':
      return [event.message, event.where, event.hint]
        .flatMap((part) => (part === null ? [] : [said(part)]))
        .join('. ');
    case 'step':
      return '';
  }
}

const doneKeys = {
  epochs: 'train.logDoneEpochs',
  steps: 'train.logDoneSteps',
  'early-stopping': 'train.logDoneEarly',
  interrupted: 'train.logDoneInterrupted',
} as const;

function partText(metric: string, text: Text): string {
  return text(metric.startsWith('train.') ? 'train.seriesTraining' : 'train.seriesValidation');
}
