import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { components } from '../../api/schema';
import type { DeliveryStatus } from './tabs';

type Schemas = components['schemas'];
export type Schedule = Schemas['ScheduleRow'];
export type ScheduleRequest = Schemas['ScheduleRequest'];
export type Hook = Schemas['HookRow'];
export type HookRequest = Schemas['HookRequest'];
export type Subscription = Schemas['SubscriptionRow'];
export type SubscriptionRequest = Schemas['SubscriptionRequest'];
export type Delivery = Schemas['DeliveryRow'];
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

export const subscriptionsQuery = (template: string | undefined) => infiniteQueryOptions({
  queryKey: ['subscriptions', { template }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/subscriptions', { params: { query: { template_id: template, limit: 100, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** Read again and again: what is pending arrives, and what happens is added. */
export const deliveriesQuery = (status: DeliveryStatus | undefined, subscription: string | undefined) => infiniteQueryOptions({
  queryKey: ['deliveries', { status, subscription }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/deliveries', { params: { query: { status, subscription_id: subscription, limit: 50, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: 3_000,
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

/** What is sent to keep a subscription as it is. */
export function toSubscriptionRequest(subscription: Subscription): SubscriptionRequest {
  const { url, secret, events, template_id, workspace_id, is_enabled } = subscription;
  return { url, secret, events, template_id, workspace_id, is_enabled } as SubscriptionRequest;
}

/** What a key may allow. */
export const scopes = [
  { value: 'read', label: 'Read', text: 'Sees everything in its workspaces, except keys.' },
  { value: 'run', label: 'Read and run', text: 'Also starts, stops, retries and answers executions.' },
  { value: 'admin', label: 'Everything', text: 'Also changes workflows, triggers and keys.' },
  { value: 'work', label: 'Work', text: 'For a worker: does tasks of its queues, and nothing else.' },
];
