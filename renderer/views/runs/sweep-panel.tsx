import { Button } from '@mantine/core';
import type { SweepView } from '../../../engine/contract/rpc/sweeps.ts';
import { axisOf } from '../../components/charts/parallel-axes.ts';
import { ParallelCoordinates } from '../../components/charts/parallel-coordinates.tsx';
import { notify, notifyFault } from '../../components/notify.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { useChoice, useFrame, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import styles from './runs.module.css';

interface SweepPanelProps {
  readonly project: string;
  readonly sweep: SweepView;
  readonly onChanged: () => void;
}

const statusKeys = {
  running: 'runs.sweepRunning',
  stopped: 'runs.sweepStopped',
  done: 'runs.sweepDone',
} as const;

const trialKeys = {
  waiting: 'runs.trialWaiting',
  running: 'runs.trialRunning',
  done: 'runs.trialDone',
  pruned: 'runs.trialPruned',
  failed: 'runs.trialFailed',
} as const;

/** How a sweep goes: progress, the best so far, every trial, and how settings and results go together. */
export function SweepPanel({ project, sweep, onChanged }: SweepPanelProps) {
  const text = useText();
  const numbers = useNumbers();
  const { connection, experiment } = useWorkbench();
  const { workbench } = connection;
  const go = useFrame((state) => state.go);
  const choose = useChoice((state) => state.choose);
  const chosen = useChoice((state) => state.run);
  const { config, trials, status } = sweep;
  const finished = trials.filter((trial) => trial.status !== 'waiting' && trial.status !== 'running').length;
  const total = Math.max(trials.length, status === 'done' ? 0 : config.trials);
  const best = sweep.best === null ? undefined : trials[sweep.best];
  const paths = config.parameters.map(({ path }) => path);
  const withResult = trials.filter(({ result }) => result !== null);
  const axes = [
    ...paths.flatMap(
      (path) =>
        axisOf(
          path,
          withResult.map(({ values }) => values[path]),
        ) ?? [],
    ),
    ...[
      axisOf(
        config.metric,
        withResult.map(({ result }) => result),
      ) ?? [],
    ].flat(),
  ];
  const change = (call: Promise<unknown>): void => {
    call.then(onChanged, notifyFault);
  };
  const returnToBest = async (): Promise<void> => {
    const run = best?.run ?? null;
    if (run === null) return;
    const { text: configuration } = await workbench.runs.configuration({ project, run });
    experiment.getState().setText(configuration, null);
    notify(text('runs.configured', { run }));
  };
  return (
    <section className={styles.panel} aria-label={config.name}>
      <div className={styles.sweepHead}>
        <strong>{config.name}</strong>
        <span className="quiet">{text(statusKeys[status])}</span>
        <progress
          className={styles.progress}
          aria-label={config.name}
          max={Math.max(1, total)}
          value={finished}
        />
        <span className="numbers">
          {text('runs.sweepProgress', { finished: numbers.count(finished), total: numbers.count(total) })}
        </span>
        {best !== undefined && (
          <strong className="numbers">
            {text('runs.sweepBest', { value: numbers.number(best.result) })}
          </strong>
        )}
        {best !== undefined && best.run !== null && (
          <Button variant="default" onClick={() => void returnToBest().catch(notifyFault)}>
            {text('runs.sweepUseBest')}
          </Button>
        )}
        {status === 'running' && (
          <Button
            variant="default"
            onClick={() => change(workbench.sweeps.stop({ project, sweep: sweep.id }))}
          >
            {text('runs.sweepStop')}
          </Button>
        )}
        {status === 'stopped' && (
          <Button
            variant="default"
            onClick={() => change(workbench.sweeps.resume({ project, sweep: sweep.id }))}
          >
            {text('runs.sweepResume')}
          </Button>
        )}
      </div>
      {axes.length > 1 && withResult.length > 1 && (
        <div style={{ marginTop: 12 }}>
          <ParallelCoordinates
            title={text('runs.parallel')}
            axes={axes}
            lines={withResult.map((trial, index) => ({
              id: trial.run ?? String(index),
              name: `${text('runs.trial')} ${trials.indexOf(trial) + 1}`,
              values: { ...trial.values, [config.metric]: trial.result },
            }))}
            colorBy={config.metric}
            selected={chosen}
            onSelect={(run) => choose(run)}
          />
        </div>
      )}
      <ScrollRegion className={styles.trials} label={text('runs.sweepTrials', { sweep: config.name })}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{text('runs.trial')}</th>
              <th scope="col">{text('runs.trialStatus')}</th>
              {paths.map((path) => (
                <th key={path} scope="col" className="code">
                  {path}
                </th>
              ))}
              <th scope="col">{text('runs.trialResult')}</th>
            </tr>
          </thead>
          <tbody>
            {trials.map((trial, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a trial is its place in the sweep.
              <tr key={index}>
                <th scope="row">
                  {trial.run === null ? (
                    numbers.count(index + 1)
                  ) : (
                    <Button
                      variant="subtle"
                      size="compact-xs"
                      onClick={() => {
                        choose(trial.run);
                        go('train');
                      }}
                    >
                      {numbers.count(index + 1)}
                      {index === sweep.best ? ' ★' : ''}
                    </Button>
                  )}
                </th>
                <td>{text(trialKeys[trial.status])}</td>
                {paths.map((path) => {
                  const value = trial.values[path];
                  return (
                    <td key={path}>
                      {typeof value === 'number' ? numbers.number(value) : JSON.stringify(value)}
                    </td>
                  );
                })}
                <td>{numbers.number(trial.result)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
