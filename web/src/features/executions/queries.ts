import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { ExecutionStatus, JobStatus } from '../../api/types';
import { lastEventId } from './eventCursors';

export interface ExecutionFilter {
  status?: ExecutionStatus;
  template?: string;
  workspace?: string;
  /** A text to look for: in ids, names of workflows, workspaces and errors. */
  search?: string;
}

export const executionsQuery = ({ status, template, workspace, search }: ExecutionFilter) => infiniteQueryOptions({
  queryKey: ['executions', { status, template, workspace, search }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/executions', {
    params: { query: { status, template_id: template, workspace_id: workspace, search, limit: 40, cursor: pageParam } },
  })),
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
export const jobsQuery = (id: string, node: string, status: JobStatus | null, limit = 200) => infiniteQueryOptions({
  queryKey: ['execution', id, 'jobs', node, { status, limit }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/executions/{id}/jobs', {
    params: { path: { id }, query: { node_id: node, status: status ?? undefined, limit, cursor: pageParam } },
  })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** The job of a node that failed; of those for several items, the first. */
export const failedJobQuery = (id: string, node: string) => queryOptions({
  queryKey: ['execution', id, 'jobs', 'failed', node],
  queryFn: async () => (await unwrap(api.GET('/api/executions/{id}/jobs', { params: { path: { id }, query: { node_id: node, status: 'failed', limit: 1 } } }))).items[0] ?? null,
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
