import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { ExecutionDetails, ExecutionStatus } from '../../api/types';
import { lastEventId } from './eventCursors';

/** What was read of an execution, and the last event that was known before: it tells of everything until there. */
export interface ExecutionSnapshot {
  execution: ExecutionDetails;
  knownEvent: number;
}

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

export const executionQuery = (id: string) => queryOptions({
  queryKey: ['execution', id],
  queryFn: async (): Promise<ExecutionSnapshot> => {
    const knownEvent = lastEventId(id);
    const execution = await unwrap(api.GET('/api/executions/{id}', { params: { path: { id } } }));
    return { execution, knownEvent };
  },
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
