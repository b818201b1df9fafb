import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { addressOf } from '../../api/functionKey';
import { api, unwrap } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Batch = Schemas['BatchRow'];
export type BatchItem = Schemas['BatchItem'];
export type BatchPreview = Schemas['BatchPreview'];

/** How a row stands, in the order in which the bar shows them. */
export const rowStatuses = ['completed', 'failed', 'cancelled', 'running', 'pending'] as const;
export type RowStatus = (typeof rowStatuses)[number];

export function countOf(batch: Batch, status: RowStatus): number {
  return batch[`rows_${status}`];
}

/** Whether its numbers still change. */
export function isMoving(batch: Batch): boolean {
  return batch.status === 'running' || batch.rows_running > 0;
}

export const batchesQuery = infiniteQueryOptions({
  queryKey: ['batches', 'list'],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/batches', { params: { query: { cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.items.some(isMoving)) ? 2_000 : 15_000),
});

export const batchQuery = (id: string) => queryOptions({
  queryKey: ['batches', 'one', id],
  queryFn: () => unwrap(api.GET('/api/batches/{id}', { params: { path: { id } } })),
  refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? 1_000 : 15_000),
});

export const rowsQuery = (id: string, status: RowStatus | undefined, isLive: boolean) => infiniteQueryOptions({
  queryKey: ['batches', 'rows', id, { status }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/batches/{id}/rows', { params: { path: { id }, query: { status, limit: 50, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: isLive ? 2_000 : false,
});

export function resultsUrl(id: string, format: 'csv' | 'jsonl'): string {
  return addressOf(`/api/batches/${encodeURIComponent(id)}/results?format=${format}`);
}

/** What is sent: the rows, and which of their columns is which param. */
export interface Upload {
  templateId: string;
  body: Blob;
  /** The param of each column, null for one that is left out; undefined where each is the param of its name. */
  map: Readonly<Record<string, string | null>> | undefined;
}

function queryOf({ templateId, map }: Upload) {
  const entries = Object.entries(map ?? {}).flatMap(([column, param]) => (param === null ? [] : [`${column}:${param}`]));
  return { template_id: templateId, map: map ? entries : undefined };
}

// The rows go as they are: the description of the API knows no type for a file.
const asItIs = (body: Blob) => ({ body: body as never, bodySerializer: (given: unknown) => given as Blob, headers: { 'Content-Type': body.type } });

export function checkUpload(upload: Upload): Promise<BatchPreview> {
  return unwrap(api.POST('/api/batches/check', { params: { query: queryOf(upload) }, ...asItIs(upload.body) }));
}

interface Limits {
  name: string | undefined;
  maxParallel: number;
  maxCostUsd: number | undefined;
}

export function startBatch(upload: Upload, { name, maxParallel, maxCostUsd }: Limits, key: string): Promise<Batch> {
  return unwrap(api.POST('/api/batches', {
    params: { query: { ...queryOf(upload), name, max_parallel: maxParallel, max_cost_usd: maxCostUsd }, header: { 'Idempotency-Key': key } },
    ...asItIs(upload.body),
    headers: { 'Content-Type': upload.body.type },
  }));
}
