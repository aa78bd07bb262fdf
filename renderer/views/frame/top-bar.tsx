import { ActionIcon, Button, Kbd } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconArrowBackUp, IconArrowForwardUp, IconInfoCircle, IconSearch } from '@tabler/icons-react';
import { useExperiment, useFrame, useProject } from '../../state/workbench.tsx';
import type { TextKey } from '../../strings/catalog.ts';
import { useText } from '../../strings/text.ts';
import { DeviceChip } from './device-chip.tsx';
import styles from './frame.module.css';
import { commandKey } from './use-keyboard.ts';

/** Name of the project, whether it is saved, what computes, and the way to every command. */
export function TopBar() {
  const text = useText();
  const project = useProject((state) => state.project);
  const panelOpen = useFrame((state) => state.panelOpen);
  const setPanelOpen = useFrame((state) => state.setPanelOpen);
  return (
    <header className={styles.bar}>
      <span className={styles.project}>{project?.name ?? text('common.appName')}</span>
      {project !== null && <SaveState />}
      {project !== null && <UndoButtons />}
      <div className={styles.spring} />
      <DeviceChip />
      <Button
        variant="default"
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={<Kbd size="xs">{commandKey('K')}</Kbd>}
        onClick={spotlight.open}
      >
        {text('frame.palette')}
      </Button>
      <ActionIcon
        aria-label={text(panelOpen ? 'frame.panelHide' : 'frame.panelShow')}
        title={text(panelOpen ? 'frame.panelHide' : 'frame.panelShow')}
        aria-pressed={panelOpen}
        variant={panelOpen ? 'light' : 'subtle'}
        onClick={() => setPanelOpen(!panelOpen)}
      >
        <IconInfoCircle size={18} aria-hidden />
      </ActionIcon>
    </header>
  );
}

function SaveState() {
  const text = useText();
  const status = useExperiment((state) => state.save.status);
  const bad = useExperiment((state) => state.issues.length > 0 || !state.valid);
  const key: TextKey =
    status === 'saving'
      ? 'frame.saving'
      : status === 'failed'
        ? 'frame.notSaved'
        : bad
          ? 'frame.notValid'
          : 'frame.allSaved';
  return (
    <output className={styles.saved} data-status={status === 'failed' || bad ? 'problem' : status}>
      {text(key)}
    </output>
  );
}

function UndoButtons() {
  const text = useText();
  const canUndo = useExperiment((state) => state.history.past.length > 0);
  const canRedo = useExperiment((state) => state.history.future.length > 0);
  const undo = useExperiment((state) => state.undo);
  const redo = useExperiment((state) => state.redo);
  return (
    <ActionIcon.Group>
      <ActionIcon
        aria-label={text('common.undo')}
        title={`${text('common.undo')} (${commandKey('Z')})`}
        disabled={!canUndo}
        onClick={undo}
      >
        <IconArrowBackUp size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon
        aria-label={text('common.redo')}
        title={text('common.redo')}
        disabled={!canRedo}
        onClick={redo}
      >
        <IconArrowForwardUp size={18} aria-hidden />
      </ActionIcon>
    </ActionIcon.Group>
  );
}
