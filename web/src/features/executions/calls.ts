import { toProblem } from '../../api/problem';
import type { Json, JsonObject } from '../../api/json';
import type { ExecutionRow } from '../../api/types';

/** From where an execution is run again. */
export interface RetryFrom {
  from: 'failed' | 'start';
  template: 'same' | 'current';
}

export function retryExecution(id: string, { from, template }: RetryFrom): Promise<ExecutionRow> {
  const query = new URLSearchParams({ ...(from === 'start' ? { from } : {}), ...(template === 'current' ? { template } : {}) });
  return post(id, `retry${query.size > 0 ? `?${query}` : ''}`, {});
}

export function forkExecution(id: string, checkpointId: string, params: JsonObject): Promise<ExecutionRow> {
  return post(id, 'fork', { checkpoint_id: checkpointId, params });
}

/** Sends what an execution waits for; for an approval the name is the id of the node. */
export function signalExecution(id: string, name: string, payload: Json): Promise<unknown> {
  return post(id, `signals/${encodeURIComponent(name)}`, payload);
}

async function post<T>(id: string, path: string, body: Json): Promise<T> {
  const response = await fetch(`/api/executions/${encodeURIComponent(id)}/${path}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw toProblem(response, answer);
  return answer as T;
}
