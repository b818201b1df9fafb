import { api, unwrap } from '../../api/client';
import type { Json, JsonObject } from '../../api/json';
import type { ExecutionRow, ForkRequest } from '../../api/types';

/** From where an execution is run again. */
export interface RetryFrom {
  from: 'failed' | 'start';
  template: 'same' | 'current';
}

export function retryExecution(id: string, from: RetryFrom): Promise<ExecutionRow> {
  return unwrap(api.POST('/api/executions/{id}/retry', { params: { path: { id }, query: from }, body: {} }));
}

// The description of the API knows no type for "any JSON".
export function forkExecution(id: string, checkpointId: string, params: JsonObject): Promise<ExecutionRow> {
  return unwrap(api.POST('/api/executions/{id}/fork', { params: { path: { id } }, body: { checkpoint_id: checkpointId, params: params as ForkRequest['params'] } }));
}

/** Sends a signal that an execution waits for. */
export function signalExecution(id: string, name: string, payload: Json): Promise<ExecutionRow> {
  return unwrap(api.POST('/api/executions/{id}/signals/{name}', { params: { path: { id, name } }, body: payload as never }));
}
