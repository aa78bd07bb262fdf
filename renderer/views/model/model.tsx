import { Button, Kbd, Menu, Tabs } from '@mantine/core';
import { IconChevronDown, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { Group as PanelGroup, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { notify } from '../../components/notify.tsx';
import { lastValue, useAsync } from '../../state/async.ts';
import { experimentNode } from '../../state/schema.ts';
import { useExperiment, useWorkbench } from '../../state/workbench.tsx';
import { presetText } from '../../strings/presets.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { useActions } from '../frame/actions.ts';
import { commandKey } from '../frame/use-keyboard.ts';
import { Diff } from './diff.tsx';
import { Drawing } from './drawing.tsx';
import { Editor } from './editor.tsx';
import { Form } from './form.tsx';
import styles from './model.module.css';
import { ModelViewProvider } from './model-view.tsx';
import { parseAssignment } from './presets.ts';

/** Model and training: the form, the same as text, and the network as it would be built. */
export function ModelScreen() {
  const text = useText();
  const [tab, setTab] = useState<string | null>('drawing');
  const layout = useDefaultLayout({ id: 'workbench.model', storage: localStorage });
  return (
    <ModelViewProvider>
      <div className={styles.screen}>
        <Head />
        <PanelGroup className={styles.panels} {...layout}>
          <Panel id="form" minSize="380px" defaultSize="54%">
            <Form onShowError={() => setTab('editor')} />
          </Panel>
          <Separator className={styles.handle} aria-label={text('model.sections')} />
          <Panel id="side" minSize="280px">
            <Tabs value={tab} onChange={setTab} className={styles.tabs} keepMounted={false}>
              <Tabs.List>
                <Tabs.Tab value="drawing">{text('model.drawing')}</Tabs.Tab>
                <Tabs.Tab value="editor">{text('model.editor')}</Tabs.Tab>
                <Tabs.Tab value="diff">{text('model.diff')}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="drawing" className={styles.panel}>
                <Drawing />
              </Tabs.Panel>
              <Tabs.Panel value="editor" className={styles.panel}>
                <Editor />
              </Tabs.Panel>
              <Tabs.Panel value="diff" className={styles.panel}>
                <Diff />
              </Tabs.Panel>
            </Tabs>
          </Panel>
        </PanelGroup>
      </div>
    </ModelViewProvider>
  );
}

function Head() {
  const text = useText();
  const name = useExperiment((state) => state.experiment?.name ?? '');
  const ready = useExperiment((state) => state.valid && state.experiment !== null);
  const { train } = useActions();
  return (
    <header className={styles.head}>
      <h1>{name}</h1>
      <Presets />
      <div className={styles.spring} />
      <Button
        variant="filled"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        rightSection={<Kbd size="xs">{commandKey('Enter')}</Kbd>}
        disabled={!ready}
        title={text('model.trainHint')}
        onClick={() => void train()}
      >
        {text('model.train')}
      </Button>
    </header>
  );
}

function Presets() {
  const text = useText();
  const language = useLanguage();
  const { connection } = useWorkbench();
  const task = useExperiment((state) => state.experiment?.task ?? 'forecast');
  const valid = useExperiment((state) => state.valid);
  const assign = useExperiment((state) => state.assign);
  const [state] = useAsync('presets', () => connection.workbench.experiments.presets());
  const presets = (lastValue(state) ?? []).filter(({ tasks }) => tasks.length === 0 || tasks.includes(task));
  return (
    <Menu position="bottom-start" width={340}>
      <Menu.Target>
        <Button variant="default" disabled={!valid} rightSection={<IconChevronDown size={14} aria-hidden />}>
          {text('model.presets')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {presets.length === 0 && <Menu.Item disabled>{text('model.presetNoTask')}</Menu.Item>}
        {presets.map((preset) => {
          const { name, hint } = presetText(preset.id, language);
          return (
            <Menu.Item
              key={preset.id}
              onClick={() => {
                assign(preset.assignments.map((assignment) => parseAssignment(assignment, experimentNode())));
                notify(text('model.presetApplied', { name }));
              }}
            >
              <strong>{name}</strong>
              <div className="quiet">{hint}</div>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
