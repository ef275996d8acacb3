import '@mantine/core/styles.css';
import 'virtual:variables.css';
import './base.css';

import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import { SessionProvider } from './session/session';
import { theme } from './theme';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false}
        withGlobalClasses={false}>
        <SessionProvider><App /></SessionProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
if ('serviceWorker' in navigator && import.meta.env.PROD) {
  navigator.serviceWorker.register('/app/sw.js', { scope: '/app/' }).catch(() => undefined);
}
