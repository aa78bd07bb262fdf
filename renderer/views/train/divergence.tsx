import { Button } from '@mantine/core';
import { useState } from 'react';
import { FaultNotice } from '../../components/fault-notice.tsx';
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import { useAsync, lastValue } from '../../state/async.ts';
import { useWorkbench } from '../../state/workbench.tsx';
import { type Text, useText } from '../../strings/text.ts';
import { type Numbers, useNumbers } from '../../strings/use-numbers.ts';
import { useActions } from '../frame/actions.ts';
import { changesOf, memoryRemedies, type Remedy, remediesOf } from './remedies.ts';

interface DivergenceProps {
  readonly project: string;
  readonly run: string;
  readonly metrics: RunMetrics;
}

/** Why a run ended badly, and a button for each thing that may help. */
export function Divergence({ project, run, metrics }: DivergenceProps) {
  const text = useText();
  const numbers = useNumbers();
  const { connection, experiment } = useWorkbench();
  const actions = useActions();
  const [applied, setApplied] = useState<ReadonlySet<string>>(new Set<string>());
  const record = metrics.view?.record;
  const diverged = record?.status === 'diverged';
  const failed = diverged || record?.status === 'failed';
  const [configuration] = useAsync(failed ? `${project}/${run}` : null, (signal) =>
    connection.workbench.runs.configuration({ project, run }, { signal }),
  );
  if (record === undefined || record.error === null || !failed) return null;
  const { error } = record;
  const used = lastValue(configuration)?.experiment;
  const find = diverged ? remediesOf : memoryRemedies;
  const remedies = used === undefined ? [] : find(error, used);
  const apply = (remedy: Remedy): void => {
    experiment.getState().assign(changesOf(remedy));
    setApplied(new Set([...applied, remedy.kind]));
  };
  const hint = diverged ? text('train.divergedDo') : error.hint;
  return (
    <FaultNotice
      fault={{
        ...error,
        message: (diverged ? explain(metrics, text, numbers) : null) ?? error.message,
        hint: applied.size > 0 ? text('train.remedyDone') : hint,
        data: diverged ? { message: error.message, hint: error.hint } : {},
      }}
      actions={
        <>
          {!diverged && record.step > 0 && (
            <Button onClick={() => void connection.workbench.runs.resume({ project, run })}>
              {text('train.failedResume')}
            </Button>
          )}
          {remedies.map((remedy) => (
            <Button
              key={remedy.kind}
              variant="default"
              disabled={applied.has(remedy.kind)}
              onClick={() => apply(remedy)}
            >
              {remedyText(remedy, text, numbers)}
            </Button>
          ))}
          {applied.size > 0 && (
            <Button onClick={() => void actions.train()}>{text('train.trainAgain')}</Button>
          )}
        </>
      }
    />
  );
}

function remedyText(remedy: Remedy, text: Text, numbers: Numbers): string {
  switch (remedy.kind) {
    case 'clipping':
      return text('train.remedyClipping');
    case 'rate':
      return text('train.remedyRate', { rate: numbers.number(remedy.rate) });
    case 'activation':
      return text('train.remedyActivation', { place: remedy.path });
    case 'normalize':
      return text('train.remedyNormalize');
    case 'storage':
      return text('train.remedyStorage');
    case 'batch':
      return text('train.remedyBatch', {
        size: numbers.count(remedy.size),
        accumulation: numbers.count(remedy.accumulation),
      });
  }
}

/** Steps before the end in which the rise of the gradient is looked for. */
const lookBack = 50;
/** A smaller rise says nothing. */
const noticeableRise = 10;

/** The rise of the gradient norm, where enough of it was seen here; otherwise what the host found is told. */
function explain(metrics: RunMetrics, text: Text, numbers: Numbers): string | null {
  const norms = metrics.gradientNorm.y.view();
  // The record counts the steps that were made; the one that diverged is said in words only.
  const said = /at step (\d+)/.exec(metrics.view?.record.error?.message ?? '')?.[1];
  const step = numbers.count(said === undefined ? metrics.lastStep : Number(said));
  const recent = norms.subarray(Math.max(0, norms.length - lookBack)).filter(Number.isFinite);
  const from = Math.min(...recent);
  const to = recent.at(-1) ?? 0;
  if (recent.length < 2 || to <= noticeableRise * from) return null;
  const rise = text('train.divergedRise', { from: numbers.number(from), to: numbers.number(to) });
  return text('train.divergedLoss', { step }) + rise;
}
