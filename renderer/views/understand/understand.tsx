import { Button, SegmentedControl, Tabs } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { Part } from '../../../engine/contract/rpc/common.ts';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { Empty } from '../../components/empty.tsx';
import { RunChoice, useChosenRun } from '../../components/run-choice.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useFrame, useProject } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { CheckpointSlider } from './checkpoint-slider.tsx';
import { Generate } from './generate.tsx';
import { Inside } from './inside.tsx';
import { Predictions } from './predictions.tsx';
import styles from './understand.module.css';

/** Weights exist once a checkpoint was written: after an epoch at the latest, in a run that is over maybe before. */
const hasWeights = ({ record }: RunView): boolean =>
  record.model !== null || record.epoch > 0 || (record.status !== 'running' && record.step > 0);

export function UnderstandScreen() {
  const text = useText();
  const go = useFrame((state) => state.go);
  const project = useProject((state) => state.project?.project ?? null);
  const view = useChosenRun(hasWeights);
  if (project === null) return null;
  if (view === null) {
    return (
      <Empty actions={<Button onClick={() => go('train')}>{text('understand.goTrain')}</Button>}>
        <strong>{text('understand.emptyTitle')}</strong>
        <p>{text('understand.empty')}</p>
      </Empty>
    );
  }
  return <Understanding key={view.record.id} project={project} view={view} />;
}

/** What is looked at: weights of a run, and a part of its data. */
export interface Selection {
  readonly project: string;
  readonly run: string;
  readonly part: Part;
  readonly checkpoint: number | null;
}

interface UnderstandingProps {
  readonly project: string;
  readonly view: RunView;
}

const parts = ['train', 'validation', 'test'] as const;
/** A slider that is being dragged asks for nothing yet. */
const settle = 250;

function Understanding({ project, view }: UnderstandingProps) {
  const text = useText();
  const [part, setPart] = useState<Part>('test');
  const [checkpoint, setCheckpoint] = useState<number | null>(null);
  const [settled] = useDebouncedValue(checkpoint, settle);
  const [tab, setTab] = useState<string | null>('predictions');
  const [sample, setSample] = useState(0);
  const selection: Selection = { project, run: view.record.id, part, checkpoint: settled };
  return (
    <div className={styles.screen}>
      <div className={styles.toolbar}>
        <RunChoice value={view} qualifies={hasWeights} />
        <StatusBadge view={view} />
        <div className={styles.field}>
          <span className={styles.fieldLabel}>{text('understand.part')}</span>
          <SegmentedControl
            aria-label={text('understand.part')}
            data={parts.map((value) => ({ value, label: text(`common.${value}`) }))}
            value={part}
            onChange={(value) => {
              setPart(parts.find((each) => each === value) ?? 'test');
              setSample(0);
            }}
          />
        </div>
        <CheckpointSlider project={project} view={view} value={checkpoint} onChange={setCheckpoint} />
      </div>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="predictions">{text('understand.tabPredictions')}</Tabs.Tab>
          <Tabs.Tab value="inside">{text('understand.tabInside')}</Tabs.Tab>
          {view.record.task === 'next' && (
            <Tabs.Tab value="generate">{text('understand.tabGenerate')}</Tabs.Tab>
          )}
        </Tabs.List>
        <Tabs.Panel value="predictions" pt="sm">
          <Predictions
            selection={selection}
            onLook={(index) => {
              setSample(index);
              setTab('inside');
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="inside" pt="sm">
          <Inside selection={selection} sample={sample} onSample={setSample} />
        </Tabs.Panel>
        <Tabs.Panel value="generate" pt="sm">
          <Generate selection={selection} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
