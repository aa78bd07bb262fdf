import { Button } from '@mantine/core';
import { Suspense, useMemo } from 'react';
import { Group as PanelGroup, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { Empty } from '../../components/empty.tsx';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { Loading } from '../../components/loading.tsx';
import { useText } from '../../strings/text.ts';
import { useFrame, useProject } from '../../state/workbench.tsx';
import { viewOf } from '../screens.tsx';
import { Banner } from './banner.tsx';
import { ExplanationPanel } from './explanation-panel.tsx';
import styles from './frame.module.css';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { RunningBar } from './running-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { useDesktop } from './use-desktop.ts';
import { VersionDialog } from './version-dialog.tsx';
import { useKeyboard } from './use-keyboard.ts';

/** The window: rail, top bar, the running training, the screen, and the explanation of what has the focus. */
export function Frame() {
  const text = useText();
  const screen = useFrame((state) => state.screen);
  const panelOpen = useFrame((state) => state.panelOpen);
  const go = useFrame((state) => state.go);
  const project = useProject((state) => state.project);
  const layout = useDefaultLayout({ id: 'workbench.frame', storage: localStorage });
  useKeyboard();
  useDesktop();
  // The same one for as long as it is shown.
  const View = useMemo(() => viewOf(screen), [screen]);
  const needsProject = project === null && screen !== 'start' && screen !== 'settings';
  return (
    <div className={styles.frame}>
      <Rail />
      <TopBar />
      <div className={styles.body}>
        <Banner />
        <RunningBar />
        <PanelGroup className={styles.work} {...layout}>
          <Panel id="screen" minSize="400px">
            <main className={styles.screen} key={project?.project}>
              {needsProject ? (
                <Empty actions={<Button onClick={() => go('start')}>{text('frame.goToStart')}</Button>}>
                  {text('frame.needsProject')}
                </Empty>
              ) : (
                <ErrorBoundary key={screen}>
                  <Suspense fallback={<Loading />}>
                    <View />
                  </Suspense>
                </ErrorBoundary>
              )}
            </main>
          </Panel>
          {panelOpen && (
            <>
              <Separator className={styles.handle} aria-label={text('frame.panel')} />
              <Panel id="explanation" defaultSize="300px" minSize="220px" maxSize="520px">
                <ExplanationPanel />
              </Panel>
            </>
          )}
        </PanelGroup>
      </div>
      <Palette />
      <VersionDialog />
    </div>
  );
}
