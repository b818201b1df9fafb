import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { rowStatuses, type RowStatus } from '../features/batches/queries';
import { listedStatuses, type ExecutionFilter } from '../features/executions/queries';
import { tabs, type Tab } from '../features/executions/view/tabs/tabs';
import { askedOf, type Asked, type TaskStatus } from '../features/inbox/queries';
import { triggerTabs, type TriggerTab } from '../features/triggers/tabs';
import { ErrorPage } from './ErrorPage';
import { NotFound } from './NotFound';
import { Shell } from './Shell';
import { loadCode } from '../shared/loadCode';

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

/** A day, `2026-01-31`. */
function dayOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: ErrorPage });

const templates = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => loadCode(() => import('../features/templates/TemplatesPage')), 'TemplatesPage'),
});

const editor = createRoute({
  getParentRoute: () => root,
  path: '/templates/$templateId',
  // A node that failed in an execution, to be fixed.
  validateSearch: (search: Record<string, unknown>): { node?: string; run?: string } => ({ node: textOf(search.node), run: textOf(search.run) }),
  component: lazyRouteComponent(() => loadCode(() => import('../features/editor/EditorPage')), 'EditorPage'),
});

const executions = createRoute({
  getParentRoute: () => root,
  path: '/executions',
  validateSearch: (search: Record<string, unknown>): ExecutionFilter => ({
    status: listedStatuses.find((status) => status === search.status),
    template: textOf(search.template),
    workspace: textOf(search.workspace),
    search: textOf(search.search),
    by: textOf(search.by),
    from: dayOf(search.from),
    to: dayOf(search.to),
  }),
  component: lazyRouteComponent(() => loadCode(() => import('../features/executions/list/ExecutionsPage')), 'ExecutionsPage'),
});

const execution = createRoute({
  getParentRoute: () => root,
  path: '/executions/$executionId',
  validateSearch: (search: Record<string, unknown>): { node?: string; tab?: Tab } => ({
    node: textOf(search.node),
    tab: tabs.find((tab) => tab === search.tab),
  }),
  component: lazyRouteComponent(() => loadCode(() => import('../features/executions/view/ExecutionPage')), 'ExecutionPage'),
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: (search: Record<string, unknown>): { asked?: Asked; status?: TaskStatus; task?: string } => ({
    asked: askedOf.find((asked) => asked === search.asked),
    status: (['open', 'done'] as const).find((status) => status === search.status),
    task: textOf(search.task),
  }),
  component: lazyRouteComponent(() => loadCode(() => import('../features/inbox/InboxPage')), 'InboxPage'),
});

const batches = createRoute({
  getParentRoute: () => root,
  path: '/batches',
  component: lazyRouteComponent(() => loadCode(() => import('../features/batches/BatchesPage')), 'BatchesPage'),
});

const newBatch = createRoute({
  getParentRoute: () => root,
  path: '/batches/new',
  validateSearch: (search: Record<string, unknown>): { template?: string } => ({ template: textOf(search.template) }),
  component: lazyRouteComponent(() => loadCode(() => import('../features/batches/NewBatchPage')), 'NewBatchPage'),
});

const batch = createRoute({
  getParentRoute: () => root,
  path: '/batches/$batchId',
  validateSearch: (search: Record<string, unknown>): { status?: RowStatus } => ({ status: rowStatuses.find((status) => status === search.status) }),
  component: lazyRouteComponent(() => loadCode(() => import('../features/batches/BatchPage')), 'BatchPage'),
});

const triggers = createRoute({
  getParentRoute: () => root,
  path: '/triggers',
  validateSearch: (search: Record<string, unknown>): { tab?: TriggerTab; template?: string } => ({
    tab: triggerTabs.find((tab) => tab === search.tab),
    template: textOf(search.template),
  }),
  component: lazyRouteComponent(() => loadCode(() => import('../features/triggers/TriggersPage')), 'TriggersPage'),
});

const analytics = createRoute({
  getParentRoute: () => root,
  path: '/analytics',
  validateSearch: (search: Record<string, unknown>): { days?: number; workspace?: string } => ({
    days: [7, 30, 90].find((days) => days === Number(search.days)),
    workspace: textOf(search.workspace),
  }),
  component: lazyRouteComponent(() => loadCode(() => import('../features/analytics/AnalyticsPage')), 'AnalyticsPage'),
});

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  component: lazyRouteComponent(() => loadCode(() => import('../features/operations/OperationsPage')), 'OperationsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([templates, editor, executions, execution, batches, newBatch, batch, inbox, triggers, analytics, operations]),
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
