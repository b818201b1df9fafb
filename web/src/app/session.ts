import { useQuery } from '@tanstack/react-query';
import { toProblem } from '../api/problem';

/** Who looks at the page. */
export interface Session {
  name: string;
  scope: 'read' | 'run' | 'admin';
  workspaces: string[] | null;
  is_open: boolean;
}

/** What the server says of the caller. A 401 says that nobody is known. */
export function useSession() {
  return useQuery({ queryKey: ['session'], queryFn: () => call<Session>('GET'), staleTime: 60_000, refetchOnWindowFocus: true });
}

/** The server keeps the key in a cookie that no script can read. */
export const logIn = (token: string) => call<Session>('POST', { token });

export const logOut = () => call<void>('DELETE');

async function call<T>(method: 'GET' | 'POST' | 'DELETE', body?: unknown): Promise<T> {
  const response = await fetch('/api/session', {
    method,
    headers: body === undefined ? undefined : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw toProblem(response, await response.json().catch(() => null));
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}
