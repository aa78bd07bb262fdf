import { useMantineColorScheme } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { rememberedProject } from '../../state/project.ts';
import { useSettings, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { notifyFault } from '../../components/notify.tsx';

interface PreferencesProps {
  readonly children: ReactNode;
}

/** Makes the window follow the person's language and theme, and finds the project of the tab again after a reload. */
export function Preferences({ children }: PreferencesProps) {
  const { settings, project, connection, frame } = useWorkbench();
  const { i18n } = useTranslation();
  const text = useText();
  const { setColorScheme } = useMantineColorScheme();
  const language = useSettings((state) => state.settings.language);
  const theme = useSettings((state) => state.settings.theme);
  const loaded = useSettings((state) => state.info !== null);
  const given = useSettings((state) => state.info?.project ?? null);

  useEffect(() => {
    settings.getState().load().catch(notifyFault);
  }, [settings]);

  useEffect(() => {
    const remembered = rememberedProject(sessionStorage);
    const path = remembered ?? given;
    if (path === null || project.getState().project !== null) return;
    connection.workbench.projects
      .open({ path })
      .then((opened) => project.getState().show(opened))
      .then(() => {
        // A reloaded page stays where it was; one that comes with a project begins with its data.
        if (remembered === null && frame.getState().screen === 'start') frame.getState().go('data');
      })
      .catch(notifyFault);
  }, [connection, project, frame, given]);

  useEffect(() => {
    if (!loaded) return;
    setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [loaded, theme, setColorScheme]);

  useEffect(() => {
    if (!loaded) return;
    const system = navigator.language.startsWith('zh') ? 'zh' : 'en';
    const chosen = language === 'system' ? system : language;
    void i18n.changeLanguage(chosen);
    document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en';
    void connection.shell?.setLanguage({ language: chosen });
  }, [loaded, language, i18n, connection]);

  return (
    <>
      <title>{text('common.appName')}</title>
      {children}
    </>
  );
}
