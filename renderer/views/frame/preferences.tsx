import { useMantineColorScheme } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSettings, useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { notifyFault } from '../../components/notify.tsx';

interface PreferencesProps {
  readonly children: ReactNode;
}

/** Makes the window follow the person's language and theme. */
export function Preferences({ children }: PreferencesProps) {
  const { restored, connection } = useWorkbench();
  const { i18n } = useTranslation();
  const text = useText();
  const { setColorScheme } = useMantineColorScheme();
  const language = useSettings((state) => state.settings.language);
  const theme = useSettings((state) => state.settings.theme);
  const loaded = useSettings((state) => state.info !== null);

  useEffect(() => {
    restored.catch(notifyFault);
  }, [restored]);

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
