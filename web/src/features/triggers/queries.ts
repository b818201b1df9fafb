import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Schedule = Schemas['ScheduleRow'];
export type ScheduleRequest = Schemas['ScheduleRequest'];
export type Hook = Schemas['HookRow'];
export type HookRequest = Schemas['HookRequest'];
export type ApiKey = Schemas['ApiKeyRow'];

export const schedulesQuery = (template: string | undefined) => infiniteQueryOptions({
  queryKey: ['schedules', { template }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/schedules', { params: { query: { template_id: template, limit: 100, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export const scheduleQuery = (id: string) => queryOptions({
  queryKey: ['schedules', 'one', id],
  queryFn: () => unwrap(api.GET('/api/schedules/{id}', { params: { path: { id } } })),
  staleTime: 60_000,
});

export const hooksQuery = (template: string | undefined) => infiniteQueryOptions({
  queryKey: ['hooks', { template }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/hooks', { params: { query: { template_id: template, limit: 100, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export const hookQuery = (id: string) => queryOptions({
  queryKey: ['hooks', 'one', id],
  queryFn: () => unwrap(api.GET('/api/hooks/{hook}', { params: { path: { hook: id } } })),
  staleTime: 60_000,
});

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: () => unwrap(api.GET('/api/keys')),
});

/** What is sent to keep a schedule as it is. */
export function toScheduleRequest(schedule: Schedule): ScheduleRequest {
  const { template_id, cron, time_zone, params, config, on_missed, is_enabled, workspace_id, project_id, user_id } = schedule;
  return { template_id, cron, time_zone, params, config, on_missed, is_enabled, workspace_id, project_id, user_id } as ScheduleRequest;
}

/** What is sent to keep a hook as it is. */
export function toHookRequest(hook: Hook): HookRequest {
  const { template_id, name, config, is_enabled, workspace_id, project_id, user_id } = hook;
  return { template_id, name, config, is_enabled, workspace_id, project_id, user_id } as HookRequest;
}

/** What a key may allow. */
export const scopes = [
  { value: 'read', label: 'Read', text: 'Sees everything in its workspaces, except keys.' },
  { value: 'run', label: 'Read and run', text: 'Also starts, stops, retries and answers executions.' },
  { value: 'admin', label: 'Everything', text: 'Also changes workflows, triggers and keys.' },
  { value: 'work', label: 'Work', text: 'For a worker: does tasks of its queues, and nothing else.' },
];
