import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './theme/tokens.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { z } from 'zod';
import { assertDefined } from '../engine/base/errors.ts';
import { Preferences } from './views/frame/preferences.tsx';
import { connect } from './rpc/connect.ts';
import { createWorkbenchState, WorkbenchProvider } from './state/workbench.tsx';
import { createTranslator } from './strings/text.ts';
import { theme } from './theme/theme.ts';
import { Frame } from './views/frame/frame.tsx';

// Without this zod tries `eval` once, which the content security policy reports.
z.config({ jitless: true });

const connection = await connect();
const translator = await createTranslator(navigator.language.startsWith('zh') ? 'zh' : 'en');

createRoot(assertDefined(document.getElementById('root'), 'the root element')).render(
  <StrictMode>
    <I18nextProvider i18n={translator}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Notifications position="bottom-right" limit={4} />
        <WorkbenchProvider value={createWorkbenchState(connection)}>
          <Preferences>
            <Frame />
          </Preferences>
        </WorkbenchProvider>
      </MantineProvider>
    </I18nextProvider>
  </StrictMode>,
);
