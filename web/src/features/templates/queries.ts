import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, unwrap } from '../../api/client';

/** The workflows of the library, or those that are archived. */
export const templatesQuery = (archived: boolean) => infiniteQueryOptions({
  queryKey: ['templates', { archived }],
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/templates', { params: { query: { archived, limit: 60, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export const templateQuery = (id: string) => queryOptions({
  queryKey: ['template', id],
  queryFn: () => unwrap(api.GET('/api/templates/{id}', { params: { path: { id } } })),
  staleTime: 60_000,
});

const templateNamesQuery = queryOptions({
  queryKey: ['templates', 'names'],
  queryFn: () => unwrap(api.GET('/api/templates', { params: { query: { limit: 200 } } })),
  staleTime: 30_000,
});

/** The names of the templates by id, newest first; of the 200 newest. */
export function useTemplateNames(): ReadonlyMap<string, string> {
  const { data } = useQuery(templateNamesQuery);
  return useMemo(() => new Map(data?.items.map((item) => [item.id, item.name])), [data]);
}
