import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { screens } from '../../state/frame.ts';
import { useChoice, useExperiment, useFrame, useProject, useSettings } from '../../state/workbench.tsx';
import { explanationOf } from '../../strings/explanations/index.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import { notifyFault } from '../../components/notify.tsx';
import { statusKeys } from '../../components/status-badge.tsx';
import { sections } from '../model/sections.ts';
import { useActions } from './actions.ts';
import { screenNames } from './rail.tsx';

/** Every command by its name. */
export function Palette() {
  const text = useText();
  const { setColorScheme } = useMantineColorScheme();
  const go = useFrame((state) => state.go);
  const setNaming = useFrame((state) => state.setNaming);
  const panelOpen = useFrame((state) => state.panelOpen);
  const setPanelOpen = useFrame((state) => state.setPanelOpen);
  const changeSettings = useSettings((state) => state.change);
  const undo = useExperiment((state) => state.undo);
  const open = useProject((state) => state.project !== null);
  const running = useProject((state) => state.running !== null);
  const runs = useProject((state) => state.runs);
  const find = useFrame((state) => state.find);
  const choose = useChoice((state) => state.choose);
  const language = useLanguage();
  const actions = useActions();
  const theme = (value: 'light' | 'dark') => {
    setColorScheme(value);
    changeSettings({ theme: value }).catch(notifyFault);
  };
  const groups: SpotlightActionGroupData[] = [
    {
      group: text('frame.groupSteps'),
      actions: screens.map((screen) => ({
        id: screen,
        label: text('frame.paletteGo', { step: text(screenNames[screen]) }),
        onClick: () => go(screen),
      })),
    },
    {
      group: text('frame.groupActions'),
      actions: [
        ...(open
          ? [{ id: 'train', label: text('frame.paletteTrain'), onClick: () => void actions.train() }]
          : []),
        ...(running
          ? [
              { id: 'pause', label: text('frame.palettePause'), onClick: () => void actions.pause() },
              { id: 'resume', label: text('frame.paletteResume'), onClick: () => void actions.resume() },
              { id: 'stop', label: text('frame.paletteStop'), onClick: () => void actions.stop() },
            ]
          : []),
        ...(open
          ? [
              { id: 'undo', label: text('frame.paletteUndo'), onClick: undo },
              { id: 'version', label: text('frame.paletteVersion'), onClick: () => setNaming(true) },
              { id: 'close', label: text('frame.paletteClose'), onClick: () => void actions.closeProject() },
            ]
          : []),
      ],
    },
    {
      group: text('frame.groupView'),
      actions: [
        { id: 'light', label: text('frame.paletteLight'), onClick: () => theme('light') },
        { id: 'dark', label: text('frame.paletteDark'), onClick: () => theme('dark') },
        {
          id: 'en',
          label: text('frame.paletteEnglish'),
          onClick: () => void changeSettings({ language: 'en' }).catch(notifyFault),
        },
        {
          id: 'zh',
          label: text('frame.paletteChinese'),
          onClick: () => void changeSettings({ language: 'zh' }).catch(notifyFault),
        },
        { id: 'panel', label: text('frame.palettePanel'), onClick: () => setPanelOpen(!panelOpen) },
      ],
    },
    {
      group: text('frame.groupRuns'),
      actions: runs.map(({ record, tags, note }) => ({
        id: `run ${record.id}`,
        label: record.name,
        description: text(statusKeys[record.status]),
        keywords: [record.id, note, ...tags],
        onClick: () => {
          choose(record.id);
          go('train');
        },
      })),
    },
    {
      group: text('frame.groupSettings'),
      actions: open
        ? sections.flatMap(({ title, paths }) =>
            paths.flatMap((path) => {
              const explanation = explanationOf(path);
              if (explanation === null) return [];
              const label = explanation.label[language];
              return [
                {
                  id: `setting ${path}`,
                  label,
                  description: text(title),
                  keywords: [path, explanation.label.en],
                  onClick: () => find(path),
                },
              ];
            }),
          )
        : [],
    },
  ];
  return (
    <Spotlight
      actions={groups}
      nothingFound={text('frame.paletteNothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      shortcut={['mod + K']}
      searchProps={{ placeholder: text('frame.paletteSearch'), 'aria-label': text('frame.paletteSearch') }}
      transitionProps={{ duration: 80 }}
    />
  );
}
