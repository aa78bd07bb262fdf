import type { RunEvent } from '../../engine/contract/events.ts';
import { formatAmount, formatDuration, formatNumber, formatPath, formatTable } from './format.ts';

type Done = Extract<RunEvent, { event: 'done' }>;
type Metrics = Readonly<Record<string, number | null>>;

const reasons: Readonly<Record<Done['reason'], string>> = {
  epochs: 'all epochs done',
  steps: 'the limit of steps reached',
  'early-stopping': 'validation no longer improved',
  interrupted: 'interrupted',
};

/** What a person wants to know when a run is done. */
export function summarize(done: Done, folder: string): string {
  const best = done.bestEpoch === null ? '' : `, best epoch ${done.bestEpoch + 1}`;
  return [
    `${done.id} is done: ${reasons[done.reason]} after ${formatAmount(done.epoch, 'epoch')}, ` +
      `${formatAmount(done.step, 'step')}${best}, ${formatDuration(done.seconds)}`,
    '',
    describeMetrics(done.metrics),
    '',
    `Predict with: gru predict ${formatPath(folder)} ${done.id} --input FILE --output FILE`,
  ].join('\n');
}

/** Test metrics in a table, each beside the same metric of the naive baselines. */
export function describeMetrics(metrics: Metrics): string {
  const test = Object.entries(metrics).filter(([name]) => name.startsWith('test.'));
  if (test.length === 0) return 'There is no test part, so nothing was measured.';
  const baselines = [
    ...new Set(Object.keys(metrics).flatMap((name) => /^naive\.([^.]+)\./.exec(name)?.[1] ?? [])),
  ];
  const rows = test.map(([name, value]) => {
    const metric = name.slice('test.'.length);
    const naive = baselines.map((baseline) => {
      const other = metrics[`naive.${baseline}.${metric}`];
      return other === undefined ? '' : formatNumber(other);
    });
    return [metric, formatNumber(value), ...naive];
  });
  const header = ['on the test part', 'model', ...baselines.map((name) => `naive: ${name}`)];
  return formatTable([header, ...rows], header.map((_, column) => column).slice(1));
}
