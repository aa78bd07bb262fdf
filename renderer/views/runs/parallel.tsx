import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { axisOf } from '../../components/charts/parallel-axes.ts';
import { ParallelCoordinates } from '../../components/charts/parallel-coordinates.tsx';
import { Empty } from '../../components/empty.tsx';
import { useChoice, useFrame } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import { testMetrics } from './columns.ts';
import { differences } from './flatten.ts';
import styles from './runs.module.css';
import { useConfigurations } from './use-configurations.ts';

interface ParallelProps {
  readonly project: string;
  readonly runs: readonly RunView[];
}

/** Runs whose configurations are read, the newest; more lines could not be told apart. */
const mostRuns = 300;
/** Settings shown; further ones get no axis. */
const mostAxes = 10;

/** All finished runs, as lines through the settings in which they differ to what they reached. */
export function Parallel({ project, runs }: ParallelProps) {
  const text = useText();
  const metricName = useMetricName();
  const go = useFrame((state) => state.go);
  const chosen = useChoice((state) => state.run);
  const choose = useChoice((state) => state.choose);
  const [metric, setMetric] = useState<string | null>(null);
  const finished = useMemo(
    () => runs.filter(({ record }) => record.metrics !== null).slice(-mostRuns),
    [runs],
  );
  const metrics = testMetrics(finished, 12);
  const shown =
    metrics.find((name) => name === metric) ?? metrics.find((name) => name !== 'test.loss') ?? metrics[0];
  const key = finished.map(({ record }) => record.id).join('\n');
  const configurations = useConfigurations(project, key === '' ? [] : key.split('\n'));
  const settings = useMemo(() => {
    const known = key.split('\n').filter((id) => configurations.has(id));
    return { ids: known, differences: differences(known.map((id) => configurations.get(id))) };
  }, [key, configurations]);
  if (shown === undefined) return <Empty>{text('runs.parallelEmpty')}</Empty>;
  const result = metricName(shown.slice('test.'.length));
  const byId = new Map(finished.map((view) => [view.record.id, view]));
  const settingAxes = settings.differences
    .flatMap(({ path, values }) => axisOf(path, values) ?? [])
    .slice(0, mostAxes);
  const resultAxis = axisOf(
    result,
    settings.ids.map((id) => byId.get(id)?.record.metrics?.[shown]),
  );
  if (settingAxes.length === 0 || resultAxis === null) return <Empty>{text('runs.parallelEmpty')}</Empty>;
  const lines = settings.ids.map((id, index) => ({
    id,
    name: byId.get(id)?.record.name ?? id,
    values: {
      ...Object.fromEntries(settings.differences.map(({ path, values }) => [path, values[index]])),
      [result]: byId.get(id)?.record.metrics?.[shown],
    },
  }));
  return (
    <div className={styles.stack}>
      <div className={styles.tools}>
        <NativeSelect
          label={text('runs.parallelResult')}
          data={metrics.map((name) => ({ value: name, label: metricName(name.slice('test.'.length)) }))}
          value={shown}
          onChange={({ currentTarget }) => setMetric(currentTarget.value)}
        />
      </div>
      <ParallelCoordinates
        title={text('runs.parallel')}
        axes={[...settingAxes, resultAxis]}
        lines={lines}
        colorBy={result}
        selected={chosen}
        onSelect={(id) => {
          if (id === chosen) go('train');
          else choose(id);
        }}
      />
    </div>
  );
}
