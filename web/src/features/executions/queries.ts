import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { JobStatus } from '../../api/types';
import { lastEventId } from './eventCursors';

/** What the list can be narrowed to: a status, or those that are running and wait for a person. */
export const listedStatuses = ['pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type ListedStatus = (typeof listedStatuses)[number];

export interface ExecutionFilter {
  status?: ListedStatus;
  template?: string;
  workspace?: string;
  /** A text to look for: in ids, names of workflows, workspaces and errors. */
  search?: string;
  /** What started them: `schedule`, `hook`, the id of one of them, or the name of a caller. */
  by?: string;
  /** The first and the last day, in UTC as in the analytics. */
  from?: string;
  to?: string;
}

/** What the server is asked for a filter. */
export function toQuery({ status, template, workspace, search, by, from, to }: ExecutionFilter) {
  const midnight = (day: string, later = 0) => new Date(Date.parse(`${day}T00:00:00Z`) + later * 86_400_000).toISOString();
  return {
    status: status === 'waiting' ? undefined : status, waiting: status === 'waiting' || undefined, template_id: template, workspace_id: workspace, search, started_by: by,
    from: from && midnight(from), to: to && midnight(to, 1),
  };
}

export const executionsQuery = (filter: ExecutionFilter) => infiniteQueryOptions({
  queryKey: ['executions', filter],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/executions', { params: { query: { ...toQuery(filter), limit: 60, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** The row of an execution. Its jobs and what they gave are read in parts: there may be many of them. */
export const executionQuery = (id: string) => queryOptions({
  queryKey: ['execution', id],
  queryFn: () => unwrap(api.GET('/api/executions/{id}', { params: { path: { id }, query: { jobs: false } } })),
});

/** What became of its nodes, and the last event that was known before: they tell of everything until there. */
export const nodesQuery = (id: string) => queryOptions({
  queryKey: ['execution', id, 'nodes'],
  queryFn: async () => {
    const knownEvent = lastEventId(id);
    return { nodes: await unwrap(api.GET('/api/executions/{id}/nodes', { params: { path: { id } } })), knownEvent };
  },
});

/** The job of a node, with what it got and gave; in the body of a loop the node is named with the item. */
export const jobQuery = (id: string, node: string) => queryOptions({
  queryKey: ['execution', id, 'jobs', 'one', node],
  queryFn: () => unwrap(api.GET('/api/executions/{id}/jobs/{node}', { params: { path: { id, node } } })),
});

/** The jobs of a node for all items, without what they got and gave. */
export const jobsQuery = (id: string, node: string, status: JobStatus | null) => infiniteQueryOptions({
  queryKey: ['execution', id, 'jobs', node, { status }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/executions/{id}/jobs', {
    params: { path: { id }, query: { node_id: node, status: status ?? undefined, limit: 200, cursor: pageParam } },
  })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** The first job of a node, of those with a status if that is wanted. */
export const firstJobQuery = (id: string, node: string, status: JobStatus | null) => queryOptions({
  queryKey: ['execution', id, 'jobs', 'first', node, status],
  queryFn: async () => (await unwrap(api.GET('/api/executions/{id}/jobs', { params: { path: { id }, query: { node_id: node, status: status ?? undefined, limit: 1 } } }))).items[0] ?? null,
});

/** The documents and images that its nodes made. */
export const documentsQuery = (id: string) => infiniteQueryOptions({
  queryKey: ['execution', id, 'documents'],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/executions/{id}/documents', { params: { path: { id }, query: { limit: 60, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** The events of one node, with the item if it has one. */
export const nodeEventsQuery = (id: string, node: string) => queryOptions({
  queryKey: ['execution', id, 'events', node],
  queryFn: async () => (await unwrap(api.GET('/api/executions/{id}/events', { params: { path: { id }, query: { node_id: node, limit: 200 } } }))).items,
});

/** The executions that an execution started, newest first. */
export const childrenQuery = (id: string) => queryOptions({
  queryKey: ['executions', 'children', id],
  queryFn: async () => (await unwrap(api.GET('/api/executions', { params: { query: { parent_execution_id: id, limit: 200 } } }))).items,
});

/** The graph as it was when the execution started. A retry may have taken a newer one, so its version is part of the key. */
export const executionGraphQuery = (id: string, version: string | null | undefined) => queryOptions({
  queryKey: ['execution-graph', id, version ?? null],
  queryFn: () => unwrap(api.GET('/api/executions/{id}/template', { params: { path: { id } } })),
  staleTime: Infinity,
});

export const checkpointsQuery = (id: string) => queryOptions({
  queryKey: ['execution', id, 'checkpoints'],
  queryFn: () => unwrap(api.GET('/api/executions/{id}/checkpoints', { params: { path: { id }, query: { limit: 100 } } })),
});

export const metricsQuery = (id: string) => queryOptions({
  queryKey: ['execution', id, 'metrics'],
  queryFn: () => unwrap(api.GET('/api/executions/{id}/metrics', { params: { path: { id } } })),
});

export const activeWorkspacesQuery = queryOptions({
  queryKey: ['executions', 'active'],
  queryFn: () => unwrap(api.GET('/api/workspaces/active')),
  refetchInterval: 5_000,
});
