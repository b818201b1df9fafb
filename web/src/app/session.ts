import { useQuery } from '@tanstack/react-query';
import { asksForFunctionKey, forgetFunctionKey, keepFunctionKey, send } from '../api/functionKey';
import { ProblemError, toProblem } from '../api/problem';

/** Who looks at the page. */
export interface Session {
  name: string;
  scope: 'work' | 'read' | 'run' | 'admin';
  workspaces: string[] | null;
  is_open: boolean;
}

/** The host of the server wants its key first; nobody has been asked who they are. */
export class FunctionKeyWanted extends ProblemError {}

/** What the server says of the caller. A 401 says that nobody is known. */
export function useSession() {
  return useQuery({ queryKey: ['session'], queryFn: () => call<Session>('GET'), staleTime: 60_000, refetchOnWindowFocus: true });
}

/** Whether the caller may change what starts workflows, and who may. */
export function useMayAdmin(): boolean {
  return useSession().data?.scope === 'admin';
}

/** Whether the caller may start, stop and steer executions. */
export function useMayRun(): boolean {
  const scope = useSession().data?.scope;
  return scope === 'run' || scope === 'admin';
}

/** The server keeps the key in a cookie that no script can read. */
export const logIn = (token: string) => call<Session>('POST', { token });

/** Keeps the key of the host, if it is the right one. */
export async function enterHost(key: string) {
  keepFunctionKey(key);
  try {
    await call<Session>('GET');
  } catch (error) {
    if (error instanceof FunctionKeyWanted) {
      forgetFunctionKey();
      throw error;
    }
  }
}

export const logOut = () => call<void>('DELETE');

async function call<T>(method: 'GET' | 'POST' | 'DELETE', body?: unknown): Promise<T> {
  const response = await send('/api/session', {
    method,
    headers: body === undefined ? undefined : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (asksForFunctionKey(response)) throw new FunctionKeyWanted({ title: 'No key', status: 401, detail: 'The key is not known.' });
  if (!response.ok) throw toProblem(response, await response.json().catch(() => null));
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}
