import type { ExecutionEvent, Job, JobStatus } from '../../../api/types';

const statusAfter: Record<string, JobStatus> = {
  node_started: 'running',
  node_completed: 'completed',
  node_retrying: 'pending',
  node_waiting: 'waiting',
  node_failed: 'failed',
  node_skipped: 'skipped',
};

/**
 * Brings jobs up to what newer events tell, so that the page moves at once and not only when the execution has been read again.
 * @param jobs The jobs as they were read.
 * @param events Events in their order.
 * @param after The id of the last event that was known before the jobs were read: the jobs tell of all until there.
 */
export function applyEvents(jobs: readonly Job[], events: readonly ExecutionEvent[], after: number): readonly Job[] {
  const latest = new Map<string, ExecutionEvent>();
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index]!;
    if ((event.id ?? 0) <= after) break;
    if (event.node_id && statusAfter[event.event_type] && !latest.has(event.node_id)) latest.set(event.node_id, event);
  }
  if (latest.size === 0) return jobs;
  return jobs.map((job) => {
    const event = latest.get(job.node_id);
    latest.delete(job.node_id);
    return event ? withEvent(job, event) : job;
  }).concat([...latest.values()].flatMap((event) => (event.event_type === 'node_started' ? [newJob(event)] : [])));
}

function withEvent(job: Job, event: ExecutionEvent): Job {
  const status = statusAfter[event.event_type]!;
  // What was read is at least as new as an event that says that the job had not got so far.
  if (job.status === status || (job.completed_at !== null && (event.created_at ?? '') <= job.completed_at)) return job;
  const isSettled = status === 'completed' || status === 'failed' || status === 'skipped';
  return {
    ...job,
    status,
    started_at: job.started_at ?? event.created_at ?? null,
    completed_at: isSettled ? event.created_at ?? null : null,
  };
}

function newJob(event: ExecutionEvent): Job {
  return {
    job_id: `event:${event.id}`, node_id: event.node_id!, job_type: '', status: 'running', attempt: 1, branch: null, duration: null,
    input: null, output: null, error_message: null, tokens_used: 0, cost_usd: 0, wake_at: null, waits_for: null, given_from: null, started_at: event.created_at ?? null, completed_at: null,
  };
}
