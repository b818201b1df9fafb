import '@fontsource-variable/inter/wght.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { ErrorPage } from './app/ErrorPage';
import './app/inter.css';
import { LoginGate } from './app/LoginGate';
import './app/mantine';
import { NotFound } from './app/NotFound';
import { queryClient } from './app/queryClient';
import { routes } from './app/routes';
import { Shell } from './app/Shell';
import { theme } from './app/theme';
import { Toasts } from './app/Toasts';
import './app/tokens.css';
import { lazyPart } from './shared/loadCode';
import { Router } from './shared/routing';

// A link that answers a task needs no login.
const token = /^\/answers\/([^/]+)$/.exec(location.pathname)?.[1];
const AnswerPage = lazyPart(() => import('./features/inbox/AnswerPage'), 'AnswerPage');

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queryClient}>
        <Toasts />
        {token === undefined ? <LoginGate><Router routes={routes} around={Shell} notFound={<NotFound />} failed={ErrorPage} /></LoginGate> : <Suspense><AnswerPage token={decodeURIComponent(token)} /></Suspense>}
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
