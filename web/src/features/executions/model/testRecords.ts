import type { ExecutionEvent, JobStatus, NodeSummary } from '../../../api/types';
import type { GraphNode } from '../../../graph/model';

/** A node of an execution, for tests: with one job of a status, or with several. */
export function summary(node_id: string, jobs: JobStatus | Partial<Record<JobStatus, number>>, part: Partial<NodeSummary> = {}): NodeSummary {
  return {
    node_id, job_type: 'transform', jobs: (typeof jobs === 'string' ? { [jobs]: 1 } : jobs) as NodeSummary['jobs'], items: null, attempt: 1, tokens_used: 0, cost_usd: 0,
    branch: null, has_output: false, error_message: null, started_at: null, completed_at: null, wake_at: null, ...part,
  };
}

export function node(id: string, parentId?: string): GraphNode {
  return { id, type: 'transform', label: id, parentId };
}

/** An event for tests; its time is so many seconds after ten o'clock. */
export function event(id: number, event_type: string, node_id: string | null, second = id): ExecutionEvent {
  return { id, execution_id: 'exec', event_type, node_id, created_at: at(second) };
}

export function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1, 10, 0, second)).toISOString();
}
