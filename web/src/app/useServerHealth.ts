import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, unwrap } from '../api/client';

/** Whether the server answers. When it comes back, everything shown is read again. */
export function useServerHealth(): boolean {
  const client = useQueryClient();
  const { isError } = useQuery({
    queryKey: ['health'],
    queryFn: () => unwrap(api.GET('/api/health/live')),
    refetchInterval: ({ state }) => (state.status === 'error' ? 2_000 : 15_000),
    refetchOnReconnect: 'always',
    retry: 1,
    retryDelay: 500,
  });
  const wasError = useRef(false);
  useEffect(() => {
    if (wasError.current && !isError) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'health' });
    wasError.current = isError;
  }, [client, isError]);
  return !isError;
}
