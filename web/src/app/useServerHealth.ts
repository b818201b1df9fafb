import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, unwrap } from '../api/client';
import { runClock } from '../shared/clock';

export interface ServerHealth {
  isReachable: boolean;
  /** When the server answered last, in milliseconds. */
  lastAnswer: number;
  isTrying: boolean;
  retry: () => void;
}

/** Whether the server answers. While it does not, clocks stand still; when it is back, everything shown is read again but a drawing that is being edited. */
export function useServerHealth(): ServerHealth {
  const client = useQueryClient();
  const { isError, dataUpdatedAt, isFetching, refetch } = useQuery({
    queryKey: ['health'],
    queryFn: () => unwrap(api.GET('/api/health/live')),
    refetchInterval: ({ state }) => (state.status === 'error' ? 2_000 : 10_000),
    refetchOnReconnect: 'always',
    retry: 1,
    retryDelay: 500,
  });
  const wasError = useRef(false);
  useEffect(() => {
    runClock(!isError);
    if (wasError.current && !isError) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'health' && queryKey[0] !== 'editor' });
    wasError.current = isError;
  }, [client, isError]);
  return { isReachable: !isError, lastAnswer: dataUpdatedAt, isTrying: isFetching, retry: () => void refetch() };
}
