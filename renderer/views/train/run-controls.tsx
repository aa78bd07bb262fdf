import { Button, Group, NumberInput, Popover, Stack, TextInput } from '@mantine/core';
import { IconBookmark, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { notify, notifyFault } from '../../components/notify.tsx';
import { useProject, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useActions } from '../frame/actions.ts';

interface RunControlsProps {
  readonly project: string;
  readonly view: RunView | null;
}

/** Start, pause, go on, stop, and what can be changed while it trains. */
export function RunControls({ project, view }: RunControlsProps) {
  const text = useText();
  const actions = useActions();
  const { workbench } = useWorkbench().connection;
  const refresh = useProject((state) => state.refreshRuns);
  const run = view?.record.id ?? null;
  const status = view?.record.status;
  const resumable = view !== null && (view.paused || status === 'interrupted' || status === 'failed');
  const active = status === 'running' && view?.paused === false;
  const call = (change: (run: string) => Promise<unknown>): void => {
    if (run !== null) change(run).then(refresh, notifyFault);
  };
  return (
    <Group gap="sm" align="flex-end">
      {active && run !== null && (
        <>
          <RatePopover project={project} run={run} />
          <KeepPopover project={project} run={run} />
        </>
      )}
      {active && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} aria-hidden />}
          onClick={() => call((id) => workbench.runs.pause({ project, run: id }))}
        >
          {text('frame.pause')}
        </Button>
      )}
      {resumable && (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => call((id) => workbench.runs.resume({ project, run: id }))}
        >
          {text('frame.resume')}
        </Button>
      )}
      {(active || view?.paused === true) && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          onClick={() => call((id) => workbench.runs.stop({ project, run: id }))}
        >
          {text('frame.stop')}
        </Button>
      )}
      <Button
        title={text('train.trainHint')}
        leftSection={<IconPlayerPlay size={16} aria-hidden />}
        onClick={() => void actions.train()}
      >
        {text(view === null ? 'train.train' : 'train.trainAgain')}
      </Button>
    </Group>
  );
}

interface PopoverProps {
  readonly project: string;
  readonly run: string;
}

function RatePopover({ project, run }: PopoverProps) {
  const text = useText();
  const { workbench } = useWorkbench().connection;
  const [opened, setOpened] = useState(false);
  const [factor, setFactor] = useState<number>(1);
  const apply = (value: number): void => {
    workbench.runs.setLearningRate({ project, run, factor: value }).then(() => {
      setFactor(value);
      setOpened(false);
      notify(text('train.rateDone', { factor: value }));
    }, notifyFault);
  };
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus width={280} position="bottom-end">
      <Popover.Target>
        <Button variant="default" onClick={() => setOpened(!opened)}>
          {text('train.rate')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <span className="quiet">{text('train.rateHint')}</span>
          <Group gap="sm">
            <Button variant="default" onClick={() => apply(factor / 2)}>
              {text('train.rateHalf')}
            </Button>
            <Button variant="default" onClick={() => apply(factor / 10)}>
              {text('train.rateTenth')}
            </Button>
            <Button variant="default" onClick={() => apply(1)}>
              {text('train.rateOriginal')}
            </Button>
          </Group>
          <Group gap="sm" align="flex-end">
            <NumberInput
              label={text('train.rateFactor')}
              value={factor}
              min={0}
              step={0.1}
              onChange={(value) => setFactor(Number(value))}
              w={120}
            />
            <Button disabled={!(factor > 0)} onClick={() => apply(factor)}>
              {text('train.rateApply')}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function KeepPopover({ project, run }: PopoverProps) {
  const text = useText();
  const { workbench } = useWorkbench().connection;
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const keep = (): void => {
    workbench.runs.keepCheckpoint({ project, run, name: name.trim() }).then(() => {
      setOpened(false);
      setName('');
      notify(text('train.keepDone', { name: name.trim() }));
    }, notifyFault);
  };
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus width={280} position="bottom-end">
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconBookmark size={16} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {text('train.keep')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <span className="quiet">{text('train.keepHint')}</span>
          <TextInput
            label={text('train.keepName')}
            value={name}
            maxLength={100}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Button disabled={name.trim() === ''} onClick={keep}>
            {text('frame.save')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
