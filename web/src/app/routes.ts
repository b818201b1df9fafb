import { rowStatuses, type RowStatus } from '../features/batches/queries';
import { listedStatuses, type ExecutionFilter } from '../features/executions/queries';
import { tabs, type Tab } from '../features/executions/view/tabs/tabs';
import { askedOf, type Asked, type TaskStatus } from '../features/inbox/queries';
import { deliveryStatuses, triggerTabs, type DeliveryStatus, type TriggerTab } from '../features/triggers/tabs';
import { preloadWith, route } from '../shared/routing';

function textOf(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** A day, `2026-01-31`. */
function dayOf(value: string | undefined): string | undefined {
  return value !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}

/** The views by their address; the first one that fits is shown. */
export const routes = {
  '/': route(() => import('../features/templates/TemplatesPage'), 'TemplatesPage'),
  // A node that failed in an execution, to be fixed.
  '/templates/:templateId': route(() => import('../features/editor/EditorPage'), 'EditorPage', ({ node, run }): { node?: string; run?: string } => ({ node: textOf(node), run: textOf(run) })),
  '/executions': route(() => import('../features/executions/list/ExecutionsPage'), 'ExecutionsPage', (search): ExecutionFilter => ({
    status: listedStatuses.find((status) => status === search.status),
    template: textOf(search.template),
    workspace: textOf(search.workspace),
    search: textOf(search.search),
    by: textOf(search.by),
    from: dayOf(search.from),
    to: dayOf(search.to),
  })),
  '/executions/:executionId': route(() => import('../features/executions/view/ExecutionPage'), 'ExecutionPage', (search): { node?: string; tab?: Tab } => ({
    node: textOf(search.node),
    tab: tabs.find((tab) => tab === search.tab),
  })),
  '/inbox': route(() => import('../features/inbox/InboxPage'), 'InboxPage', (search): { asked?: Asked; status?: TaskStatus; task?: string } => ({
    asked: askedOf.find((asked) => asked === search.asked),
    status: (['open', 'done'] as const).find((status) => status === search.status),
    task: textOf(search.task),
  })),
  '/batches': route(() => import('../features/batches/BatchesPage'), 'BatchesPage'),
  '/batches/new': route(() => import('../features/batches/NewBatchPage'), 'NewBatchPage', ({ template }): { template?: string } => ({ template: textOf(template) })),
  '/batches/:batchId': route(() => import('../features/batches/BatchPage'), 'BatchPage', (search): { status?: RowStatus } => ({ status: rowStatuses.find((status) => status === search.status) })),
  '/triggers': route(() => import('../features/triggers/TriggersPage'), 'TriggersPage', (search): { tab?: TriggerTab; template?: string; subscription?: string; status?: DeliveryStatus } => ({
    tab: triggerTabs.find((tab) => tab === search.tab),
    template: textOf(search.template),
    subscription: textOf(search.subscription),
    status: deliveryStatuses.find((status) => status === search.status),
  })),
  '/analytics': route(() => import('../features/analytics/AnalyticsPage'), 'AnalyticsPage', (search): { days?: number; workspace?: string } => ({
    days: [7, 30, 90].find((days) => days === Number(search.days)),
    workspace: textOf(search.workspace),
  })),
  '/operations': route(() => import('../features/operations/OperationsPage'), 'OperationsPage'),
};

export type Routes = typeof routes;

preloadWith((path) => routes[path].load());
