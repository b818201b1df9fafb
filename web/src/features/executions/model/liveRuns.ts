import type { ExecutionEvent, JobStatus, NodeSummary } from '../../../api/types';

const statusAfter: Record<string, JobStatus> = {
  node_started: 'running',
  node_completed: 'completed',
  node_retrying: 'pending',
  node_waiting: 'waiting',
  node_failed: 'failed',
  node_skipped: 'skipped',
};

/**
 * Brings nodes up to what newer events tell, so that the page moves at once and not only when they have been read again.
 * @param summaries The nodes as they were read.
 * @param events Events in their order.
 * @param after The id of the last event that was known before the nodes were read: they tell of all until there.
 */
export function applyEvents(summaries: readonly NodeSummary[], events: readonly ExecutionEvent[], after: number): readonly NodeSummary[] {
  const latest = new Map<string, ExecutionEvent>();
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index]!;
    if ((event.id ?? 0) <= after) break;
    if (event.node_id && statusAfter[event.event_type] && !latest.has(event.node_id)) latest.set(event.node_id, event);
  }
  if (latest.size === 0) return summaries;
  return summaries.map((summary) => {
    const event = latest.get(summary.node_id);
    latest.delete(summary.node_id);
    return event ? withEvent(summary, event) : summary;
  }).concat([...latest.values()].flatMap((event) => (event.event_type === 'node_started' ? [newSummary(event)] : [])));
}

function withEvent(summary: NodeSummary, event: ExecutionEvent): NodeSummary {
  const status = statusAfter[event.event_type]!;
  // What was read is at least as new as an event that says that the node had not got so far.
  if (summary.completed_at != null && (event.created_at ?? '') <= summary.completed_at) return summary;
  const isSettled = status === 'completed' || status === 'failed' || status === 'skipped';
  return {
    ...summary,
    jobs: { [status]: 1 } as NodeSummary['jobs'],
    started_at: summary.started_at ?? event.created_at ?? null,
    completed_at: isSettled ? event.created_at ?? null : null,
    has_output: status === 'completed',
  };
}

function newSummary(event: ExecutionEvent): NodeSummary {
  return {
    node_id: event.node_id!, job_type: '', jobs: { running: 1 } as NodeSummary['jobs'], items: null, attempt: 1, tokens_used: 0, cost_usd: 0, branch: null,
    has_output: false, error_message: null, started_at: event.created_at ?? null, completed_at: null, wake_at: null,
  };
}
