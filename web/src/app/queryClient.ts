import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../api/problem';

/** What the request itself is to blame for is not asked again; anything else may pass. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof ProblemError) || error.status >= 500 || error.status === 429;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => count < 2 && mayPass(error),
      staleTime: 5_000,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
