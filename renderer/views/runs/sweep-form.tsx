import { Button, Group, NativeSelect, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { SweepConfig } from '../../../engine/contract/rpc/sweeps.ts';
import { Empty } from '../../components/empty.tsx';
import { notify, notifyFault } from '../../components/notify.tsx';
import { moreIsBetter } from '../../metrics/metric-names.ts';
import { useExperiment, useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import { flatten } from './flatten.ts';
import { ParameterRow } from './parameter-row.tsx';
import styles from './runs.module.css';
import { draftFor, gridSize, problemOf, toParameter } from './sweep-draft.ts';

interface SweepFormProps {
  readonly project: string;
  readonly onClose: () => void;
  readonly onStarted: () => void;
}

export function SweepForm(props: SweepFormProps) {
  const text = useText();
  const experiment = useExperiment((state) => state.experiment);
  return experiment === null ? (
    <Empty>{text('runs.sweepEmpty')}</Empty>
  ) : (
    <Form {...props} experiment={experiment} />
  );
}

const methods = ['grid', 'random', 'tpe'] as const;
const hints = {
  grid: 'runs.methodGridHint',
  random: 'runs.methodRandomHint',
  tpe: 'runs.methodTpeHint',
} as const;
const methodKeys = { grid: 'runs.methodGrid', random: 'runs.methodRandom', tpe: 'runs.methodTpe' } as const;

function Form({
  project,
  onClose,
  onStarted,
  experiment,
}: SweepFormProps & { readonly experiment: Experiment }) {
  const text = useText();
  const metricName = useMetricName();
  const { workbench } = useWorkbench().connection;
  const runs = useProject((state) => state.runs);
  const [name, setName] = useState(experiment.name);
  const [method, setMethod] = useState<SweepConfig['method']>('tpe');
  const [drafts, setDrafts] = useState(() => [draftFor(0, 'training.learningRate', experiment)]);
  const [nextKey, setNextKey] = useState(1);
  const [trials, setTrials] = useState(20);
  const [seed, setSeed] = useState(1);
  const [metric, setMetric] = useState('validation.loss');
  const [median, setMedian] = useState(true);
  const [warmup, setWarmup] = useState(5);
  const [minimum, setMinimum] = useState(4);
  const [starting, setStarting] = useState(false);
  const paths = useMemo(
    () =>
      [...flatten(experiment)]
        .filter(
          ([path, value]) =>
            typeof value !== 'object' && /^(model|training|data\.(window|horizon|normalize))/.test(path),
        )
        .map(([path]) => path),
    [experiment],
  );
  const metrics = [
    ...new Set([
      'validation.loss',
      ...runs.flatMap(({ record }) =>
        Object.keys(record.metrics ?? {})
          .filter((each) => each.startsWith('test.'))
          .map((each) => each.replace('test.', 'validation.')),
      ),
    ]),
  ];
  const problems = drafts.map((draft) => problemOf(draft, experiment));
  const valid = drafts.length > 0 && problems.every((problem) => problem === null) && name.trim() !== '';
  const start = async (): Promise<void> => {
    setStarting(true);
    try {
      const sweep: SweepConfig = {
        name: name.trim(),
        method,
        parameters: drafts.map(toParameter),
        trials,
        seed,
        metric,
        goal: moreIsBetter(metric) ? 'maximize' : 'minimize',
        medianStopping: median ? { warmupEpochs: warmup, minimumTrials: minimum } : null,
      };
      await workbench.sweeps.start({ project, sweep });
      notify(text('runs.sweepStarted', { name: sweep.name }));
      onStarted();
    } catch (error) {
      notifyFault(error);
    } finally {
      setStarting(false);
    }
  };
  return (
    <section className={styles.panel} aria-label={text('runs.sweepNew')}>
      <h3>{text('runs.sweepNew')}</h3>
      <div className={styles.tools}>
        <TextInput
          label={text('runs.sweepName')}
          value={name}
          w={220}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <div>
          <SegmentedControl
            aria-label={text('runs.sweepMethod')}
            data={methods.map((value) => ({ value, label: text(methodKeys[value]) }))}
            value={method}
            onChange={(value) => setMethod(methods.find((each) => each === value) ?? 'tpe')}
          />
        </div>
        <span className="quiet">{text(hints[method])}</span>
      </div>
      <h3>{text('runs.parameters')}</h3>
      {drafts.map((draft, index) => (
        <ParameterRow
          key={draft.key}
          draft={draft}
          paths={paths}
          problem={problems[index] ?? null}
          grid={method === 'grid'}
          onChange={(changed) => setDrafts(drafts.map((each) => (each.key === draft.key ? changed : each)))}
          onPath={(path) =>
            setDrafts(
              drafts.map((each) => (each.key === draft.key ? draftFor(draft.key, path, experiment) : each)),
            )
          }
          onRemove={() => setDrafts(drafts.filter((each) => each.key !== draft.key))}
        />
      ))}
      <Button
        mt="sm"
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => {
          const unused = paths.find((path) => !drafts.some((draft) => draft.path === path));
          setDrafts([...drafts, draftFor(nextKey, unused ?? '', experiment)]);
          setNextKey(nextKey + 1);
        }}
      >
        {text('runs.parameterAdd')}
      </Button>
      <div className={styles.tools} style={{ marginTop: 16 }}>
        <NumberInput
          label={text('runs.trials')}
          value={trials}
          min={1}
          max={1000}
          w={110}
          onChange={(value) => setTrials(Number(value) || 1)}
        />
        <NumberInput
          label={text('runs.seed')}
          value={seed}
          w={90}
          onChange={(value) => setSeed(Number(value) || 0)}
        />
        <NativeSelect
          label={text('runs.metric')}
          data={metrics.map((each) => ({
            value: each,
            label: text('runs.partMetric', {
              part: text('common.validation'),
              metric: metricName(each.replace('validation.', '')),
            }),
          }))}
          value={metric}
          onChange={({ currentTarget }) => setMetric(currentTarget.value)}
        />
        <span className="quiet">
          {text(moreIsBetter(metric) ? 'runs.goalMaximize' : 'runs.goalMinimize')}
        </span>
        {method === 'grid' && valid && (
          <span className="numbers">{text('runs.gridSize', { count: gridSize(drafts) })}</span>
        )}
      </div>
      <div className={styles.tools}>
        <Switch
          label={text('runs.median')}
          description={text('runs.medianHint')}
          checked={median}
          onChange={({ currentTarget }) => setMedian(currentTarget.checked)}
        />
        {median && (
          <>
            <NumberInput
              label={text('runs.medianWarmup')}
              value={warmup}
              min={0}
              w={110}
              onChange={(value) => setWarmup(Number(value) || 0)}
            />
            <NumberInput
              label={text('runs.medianTrials')}
              value={minimum}
              min={1}
              w={110}
              onChange={(value) => setMinimum(Number(value) || 1)}
            />
          </>
        )}
      </div>
      <Group gap="sm">
        <Button disabled={!valid} loading={starting} onClick={() => void start()}>
          {text('runs.sweepStart')}
        </Button>
        <Button variant="default" onClick={onClose}>
          {text('common.cancel')}
        </Button>
      </Group>
    </section>
  );
}
