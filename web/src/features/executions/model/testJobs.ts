import type { ExecutionEvent, Job } from '../../../api/types';

/** A job for tests. */
export function job(part: Partial<Job> & Pick<Job, 'node_id' | 'status'>): Job {
  return {
    job_id: `job:${part.node_id}`, job_type: 'transform', attempt: 1, branch: null, duration: null, input: null, output: null, error_message: null,
    tokens_used: 0, cost_usd: 0, wake_at: null, waits_for: null, given_from: null, started_at: null, completed_at: null, ...part,
  };
}

/** An event for tests; its time is so many seconds after ten o'clock. */
export function event(id: number, event_type: string, node_id: string | null, second = id): ExecutionEvent {
  return { id, execution_id: 'exec', event_type, node_id, created_at: at(second) };
}

export function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1, 10, 0, second)).toISOString();
}
