import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';

export interface Span {
  from: string;
  to: string;
  workspace_id?: string;
}

/** With the 20 seconds after which the server counts what has changed, nothing is older than a minute. */
const often = 30_000;

export const summaryQuery = (query: Span) => queryOptions({
  queryKey: ['analytics', 'executions', query],
  refetchInterval: often,
  queryFn: () => unwrap(api.GET('/api/analytics/executions', { params: { query } })),
});

export const durationsQuery = (query: Span) => queryOptions({
  queryKey: ['analytics', 'durations', query],
  refetchInterval: often,
  queryFn: () => unwrap(api.GET('/api/analytics/durations', { params: { query } })),
});

/** All days together: percentiles cannot be added up. */
export const durationQuery = (query: Span) => queryOptions({
  queryKey: ['analytics', 'duration', query],
  refetchInterval: often,
  queryFn: async () => (await unwrap(api.GET('/api/analytics/durations', { params: { query: { ...query, by_day: false } } })))[0] ?? null,
});

export const usageQuery = (query: Span) => queryOptions({
  queryKey: ['analytics', 'usage', query],
  refetchInterval: often,
  queryFn: () => unwrap(api.GET('/api/analytics/usage', { params: { query } })),
});

export const nodesQuery = (query: Span, by: 'slowest' | 'failing') => queryOptions({
  queryKey: ['analytics', 'nodes', by, query],
  refetchInterval: often,
  queryFn: () => unwrap(api.GET('/api/analytics/nodes', { params: { query: { ...query, by, limit: 8 } } })),
});
