import '@fontsource-variable/inter/wght.css';
import { MantineProvider } from '@mantine/core';
import '@mantine/core/styles.css';
import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { LoginGate } from './app/LoginGate';
import { queryClient } from './app/queryClient';
import { router } from './app/router';
import { theme } from './app/theme';
import './app/tokens.css';

// A link that answers a task needs no login.
const token = /^\/answers\/([^/]+)$/.exec(location.pathname)?.[1];
const AnswerPage = lazy(async () => ({ default: (await import('./features/inbox/AnswerPage')).AnswerPage }));

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={4} />
        {token === undefined ? <LoginGate><RouterProvider router={router} /></LoginGate> : <Suspense><AnswerPage token={decodeURIComponent(token)} /></Suspense>}
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
