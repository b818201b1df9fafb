import '@fontsource-variable/inter/wght.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import './app/inter.css';
import './app/mantine';
import { LoginGate } from './app/LoginGate';
import { queryClient } from './app/queryClient';
import { router } from './app/router';
import { theme } from './app/theme';
import { Toasts } from './app/Toasts';
import './app/tokens.css';
import { lazyPart } from './shared/loadCode';

// A link that answers a task needs no login.
const token = /^\/answers\/([^/]+)$/.exec(location.pathname)?.[1];
const AnswerPage = lazyPart(() => import('./features/inbox/AnswerPage'), 'AnswerPage');

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queryClient}>
        <Toasts />
        {token === undefined ? <LoginGate><RouterProvider router={router} /></LoginGate> : <Suspense><AnswerPage token={decodeURIComponent(token)} /></Suspense>}
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
