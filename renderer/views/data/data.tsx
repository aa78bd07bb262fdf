import { Badge, Button, NativeSelect, Tabs } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Panel, Group as PanelGroup, Separator, useDefaultLayout } from 'react-resizable-panels';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { DatasetSummary, ProfileView } from '../../../engine/contract/rpc/datasets.ts';
import { DropScreen, DropZone } from '../../components/drop-zone.tsx';
import { Empty } from '../../components/empty.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { Notice } from '../../components/notice.tsx';
import { lastValue, useAsync } from '../../state/async.ts';
import { useExperiment, useProject, useWorkbench } from '../../state/workbench.tsx';
import { formatCount, formatMoment } from '../../strings/numbers.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import { ColumnSettings } from './column-settings.tsx';
import { Columns } from './columns.tsx';
import styles from './data.module.css';
import { Plot } from './plot.tsx';
import { Preview } from './preview.tsx';
import { Proposal } from './proposal.tsx';
import { Reading, writtenSource } from './reading.tsx';
import { type Importing, useImport } from './use-import.ts';

/** The table, what it looks like, and what each column means to the model. */
export function DataScreen() {
  const text = useText();
  const project = useProject((state) => state.project?.project ?? '');
  const datasets = useProject((state) => state.datasets);
  const file = useExperiment((state) => state.experiment?.data.file ?? '');
  const reading = useExperiment((state) => JSON.stringify(state.experiment?.data.source ?? null));
  const [chosen, setChosen] = useState<string | null>(null);
  const set = useExperiment((state) => state.set);
  const importing = useImport(project, (imported) => {
    setChosen(imported.id);
    if (imported.source === file) set(['data', 'source'], writtenSource(imported.reading));
  });
  const ofFile = datasets.filter(({ source }) => source === file);
  const dataset =
    datasets.find(({ id }) => id === chosen) ??
    ofFile.findLast((candidate) => JSON.stringify(candidate.reading) === reading) ??
    ofFile.at(-1) ??
    datasets.at(-1) ??
    null;
  if (dataset === null) {
    return (
      <div className={styles.pad}>
        <DropZone label={text('data.dropLabel')} over={text('data.drop')} onFile={importing.drop}>
          <Empty
            actions={
              <>
                <Button variant="filled" loading={importing.busy !== null} onClick={importing.choose}>
                  {text('data.import')}
                </Button>
                {importing.busy !== null && <CancelImport importing={importing} />}
              </>
            }
          >
            {importing.busy ?? text('data.empty')}
          </Empty>
        </DropZone>
      </div>
    );
  }
  return (
    <DropScreen
      className={styles.screen}
      label={text('frame.data')}
      over={text('data.drop')}
      onFile={importing.drop}
    >
      <Head dataset={dataset} datasets={datasets} onChoose={setChosen} importing={importing} />
      <Dataset key={dataset.id} project={project} dataset={dataset} importing={importing} />
    </DropScreen>
  );
}

interface HeadProps {
  readonly dataset: DatasetSummary;
  readonly datasets: readonly DatasetSummary[];
  readonly onChoose: (id: string) => void;
  readonly importing: Importing;
}

function Head({ dataset, datasets, onChoose, importing }: HeadProps) {
  const text = useText();
  const language = useLanguage();
  return (
    <header className={styles.head}>
      {datasets.length > 1 ? (
        <NativeSelect
          aria-label={text('data.dataset')}
          value={dataset.id}
          onChange={(event) => onChoose(event.currentTarget.value)}
          data={datasets.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : (
        <h1>{dataset.name}</h1>
      )}
      <span className="numbers">
        {text('common.rows', { count: dataset.rows, text: formatCount(dataset.rows, language) })}
      </span>
      <span className="numbers">
        {text('common.columns', { count: dataset.columns.length, text: dataset.columns.length })}
      </span>
      <span className={styles.source} title={dataset.source}>
        {text('data.source', { source: dataset.source, when: formatMoment(dataset.importedAt, language) })}
      </span>
      <Button
        variant="default"
        leftSection={<IconFileImport size={14} aria-hidden />}
        loading={importing.busy !== null}
        onClick={importing.choose}
      >
        {importing.busy ?? text('data.importOther')}
      </Button>
      {importing.busy !== null && <CancelImport importing={importing} />}
    </header>
  );
}

function CancelImport({ importing }: { readonly importing: Importing }) {
  const text = useText();
  return (
    <Button variant="default" onClick={importing.cancel}>
      {text('data.importCancel')}
    </Button>
  );
}

interface DatasetProps {
  readonly project: string;
  readonly dataset: DatasetSummary;
  readonly importing: Importing;
}

function Dataset({ project, dataset, importing }: DatasetProps) {
  const text = useText();
  const { connection } = useWorkbench();
  const experiment = useExperiment((state) => state.experiment);
  const targetColumn = experiment?.data.columns.find(
    ({ role }) => role === 'target' || role === 'featureAndTarget',
  )?.name;
  const [selected, setSelected] = useState<string | null>(null);
  const [target, setTarget] = useState<{ readonly row: number } | null>(null);
  const [tab, setTab] = useState<string | null>('preview');
  const [profileState, again] = useAsync(`${project}/${dataset.id}`, (signal) =>
    connection.workbench.datasets.profile({ project, dataset: dataset.id }, { signal }),
  );
  // Preparing takes longest: it is asked for once there is something to see.
  const [preparedState] = useAsync(
    lastValue(profileState) === null || experiment === null || experiment.data.columns.length === 0
      ? null
      : JSON.stringify([project, experiment.task, experiment.data]),
    (signal) =>
      experiment === null
        ? Promise.reject(new Error('no experiment'))
        : connection.workbench.datasets.prepared({ project, experiment }, { signal }),
  );
  const upright = useDefaultLayout({ id: 'workbench.data.upright', storage: localStorage });
  const across = useDefaultLayout({ id: 'workbench.data.across', storage: localStorage });
  const profile = lastValue(profileState);
  const prepared = lastValue(preparedState);
  const numeric = profile?.columns.find(({ type }) => type === 'number' || type === 'integer')?.name;
  const shown = selected ?? targetColumn ?? numeric ?? profile?.columns[0]?.name ?? null;
  const column = profile?.columns.find(({ name }) => name === shown) ?? null;
  useEffect(() => {
    if (target !== null) setTab('preview');
  }, [target]);
  const problems = problemsOf(profile);
  const unknown = experiment !== null && lacksColumns(dataset, experiment);
  return (
    <>
      {profileState.status === 'failed' && <FaultNotice fault={profileState.fault} onRetry={again} />}
      {unknown ? (
        <Notice kind="info">
          {text('data.readingNew')}{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => setTab('proposal')}>
            {text('data.proposalAsk')}
          </Button>
        </Notice>
      ) : (
        preparedState.status === 'failed' && <FaultNotice fault={preparedState.fault} />
      )}
      <PanelGroup orientation="vertical" className={styles.panels} {...upright}>
        <Panel id="profile" minSize="180px" defaultSize="56%">
          <PanelGroup {...across}>
            <Panel id="columns" minSize="340px" defaultSize="46%">
              {profile === null ? (
                <Loading />
              ) : (
                <Columns profile={profile} selected={shown} onSelect={setSelected} />
              )}
            </Panel>
            <Separator className={styles.handle} aria-label={text('data.columns')} />
            <Panel id="plot" minSize="260px">
              <Plot project={project} dataset={dataset.id} column={column} prepared={prepared} />
            </Panel>
          </PanelGroup>
        </Panel>
        <Separator className={styles.handleAcross} aria-label={text('data.preview')} />
        <Panel id="table" minSize="140px">
          <Tabs value={tab} onChange={setTab} className={styles.tabs} keepMounted={false}>
            <Tabs.List>
              <Tabs.Tab value="preview">{text('data.preview')}</Tabs.Tab>
              <Tabs.Tab
                value="problems"
                rightSection={
                  problems.length > 0 ? (
                    <Badge size="sm" circle={problems.length < 10} variant="filled" color="gray">
                      {problems.length}
                    </Badge>
                  ) : null
                }
              >
                {text('data.problems')}
              </Tabs.Tab>
              <Tabs.Tab value="column">{text('data.columnSettings')}</Tabs.Tab>
              <Tabs.Tab value="reading">{text('data.reading')}</Tabs.Tab>
              <Tabs.Tab value="proposal">{text('data.proposal')}</Tabs.Tab>
              <TimeFacts profile={profile} />
            </Tabs.List>
            <Tabs.Panel value="preview" className={styles.panel}>
              <Preview project={project} dataset={dataset} profile={profile} target={target} />
            </Tabs.Panel>
            <Tabs.Panel value="problems" className={styles.panel}>
              <Problems
                problems={problems}
                warnings={[...dataset.notes, ...(profile?.warnings ?? []), ...(prepared?.warnings ?? [])]}
                onRow={(row) => setTarget({ row })}
              />
            </Tabs.Panel>
            <Tabs.Panel value="column" className={styles.panel}>
              <ColumnSettings column={shown} />
            </Tabs.Panel>
            <Tabs.Panel value="reading" className={styles.panel}>
              <Reading
                dataset={dataset}
                busy={importing.busy !== null}
                onAgain={(source) => importing.again(dataset, source)}
              />
            </Tabs.Panel>
            <Tabs.Panel value="proposal" className={styles.panel}>
              <Proposal project={project} dataset={dataset} />
            </Tabs.Panel>
          </Tabs>
        </Panel>
      </PanelGroup>
    </>
  );
}

/** Whether the experiment uses columns that its own file, as it is read now, does not have. */
function lacksColumns({ source, reading, columns }: DatasetSummary, { data }: Experiment): boolean {
  if (source !== data.file || JSON.stringify(reading) !== JSON.stringify(data.source)) return false;
  const names = new Set(columns.map(({ name }) => name));
  return data.columns.some(({ name, role }) => role !== 'ignore' && !names.has(name));
}

function TimeFacts({ profile }: { readonly profile: ProfileView | null }) {
  const said = useSaid();
  const text = useText();
  if (profile === null) return null;
  const { time, series } = profile;
  const facts = [
    ...(time?.frequency == null ? [] : [text('data.frequency', { frequency: said(time.frequency) })]),
    ...(time !== null && time.gaps > 0 ? [text('data.gaps', { count: time.gaps })] : []),
    ...(time !== null && time.duplicates > 0 ? [text('data.duplicates', { count: time.duplicates })] : []),
    ...(series === null ? [] : [text('data.series', { count: series.count, column: series.column })]),
  ];
  return <span className={styles.facts}>{facts.join(', ')}</span>;
}

type Problem = ProfileView['columns'][number]['problems'][number];

function problemsOf(profile: ProfileView | null): Problem[] {
  return (profile?.columns.flatMap(({ problems }) => problems) ?? []).sort(
    (a, b) => (a.row ?? 0) - (b.row ?? 0),
  );
}

interface ProblemsProps {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  readonly onRow: (row: number) => void;
}

function Problems({ problems, warnings, onRow }: ProblemsProps) {
  const said = useSaid();
  const text = useText();
  const language = useLanguage();
  return (
    <div className={styles.pad}>
      {problems.length === 0 && warnings.length === 0 && <p className="quiet">{text('data.problemsNone')}</p>}
      <div className={styles.warnings}>
        {[...new Set(warnings)].map((warning) => (
          <Notice key={warning} kind="info">
            {said(warning)}
          </Notice>
        ))}
      </div>
      <ul className={styles.problems}>
        {problems.map(({ row, column, message }) => (
          <li key={`${row}/${column}/${message}`}>
            {row !== null && (
              <Button
                variant="subtle"
                size="compact-xs"
                aria-label={text('data.showRow', { row: formatCount(row, language) })}
                onClick={() => onRow(row)}
              >
                {text('data.problemAt', { row: formatCount(row, language) })}
              </Button>
            )}
            <span>{said(message)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
