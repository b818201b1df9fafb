import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { AnswerRequest, LinkedTask, Task } from '../../api/types';

export const askedOf = ['me', 'groups', 'anyone'] as const;
export type Asked = (typeof askedOf)[number];
export type TaskStatus = 'open' | 'done';

export const tasksQuery = (asked: Asked, status: TaskStatus) => infiniteQueryOptions({
  queryKey: ['tasks', { asked, status }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/tasks', { params: { query: { asked, status, limit: 50, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: 10_000,
});

/** How many tasks wait for the user; a hundred at the most are counted. */
export const openCountQuery = queryOptions({
  queryKey: ['tasks', 'count'],
  queryFn: async () => (await unwrap(api.GET('/api/tasks', { params: { query: { asked: 'me', limit: 100 } } }))).items.length,
  refetchInterval: 15_000,
  retry: false,
});

export const taskQuery = (id: string) => queryOptions({
  queryKey: ['tasks', 'one', id],
  queryFn: () => unwrap(api.GET('/api/tasks/{id}', { params: { path: { id } } })),
  refetchInterval: 10_000,
});

export function answerTask(id: string, answer: AnswerRequest): Promise<Task> {
  return unwrap(api.POST('/api/tasks/{id}/answer', { params: { path: { id } }, body: answer }));
}

/** The task of a link that needs no login. */
export const linkedTaskQuery = (token: string) => queryOptions({
  queryKey: ['answers', token],
  queryFn: () => unwrap(api.GET('/api/answers/{token}', { params: { path: { token } } })),
  retry: false,
  staleTime: Infinity,
});

export function answerByLink(token: string, answer: AnswerRequest): Promise<LinkedTask> {
  return unwrap(api.POST('/api/answers/{token}', { params: { path: { token } }, body: answer }));
}
