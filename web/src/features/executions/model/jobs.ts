import type { Job, JobStatus } from '../../../api/types';

/** A node of the graph with what ran of it: one job, or one an item where the node is in the body of a `for_each`. */
export interface NodeRun {
  status: JobStatus | undefined;
  jobs: Job[];
  attempts: number;
  tokens: number;
  cost: number;
  startedAt: string | null;
  completedAt: string | null;
  branch: string | null;
  hasOutput: boolean;
}

/** The node that a job is of: `write#3` is the node `write` for the fourth item. */
export function baseNodeId(nodeId: string): string {
  const cut = nodeId.indexOf('#');
  return cut < 0 ? nodeId : nodeId.slice(0, cut);
}

/** Which item a job is of, counted from 1: `2.1` is the first of an inner loop in the second of an outer one. */
export function itemOf(nodeId: string): string {
  return nodeId.split('#').slice(1).map((index) => Number(index) + 1).join('.');
}

/** Adds jobs up by node. */
export function runsOf(jobs: readonly Job[], graphIds: ReadonlySet<string>): Map<string, NodeRun> {
  const groups = new Map<string, Job[]>();
  for (const job of jobs) {
    const id = graphIds.has(job.node_id) ? job.node_id : baseNodeId(job.node_id);
    const group = groups.get(id);
    if (group) group.push(job);
    else groups.set(id, [job]);
  }
  return new Map([...groups].map(([id, group]) => [id, runOf(group)]));
}

function runOf(jobs: Job[]): NodeRun {
  const only = jobs.length === 1 ? jobs[0] : undefined;
  const isOver = jobs.every((job) => job.completed_at !== null);
  return {
    jobs,
    status: only ? (only.status as JobStatus) : statusOfMany(jobs),
    attempts: Math.max(...jobs.map((job) => job.attempt)),
    tokens: sum(jobs, (job) => job.tokens_used),
    cost: sum(jobs, (job) => job.cost_usd),
    startedAt: jobs.reduce<string | null>((first, { started_at: at }) => (at && (!first || at < first) ? at : first), null),
    completedAt: isOver ? jobs.reduce<string | null>((last, { completed_at: at }) => (at && (!last || at > last) ? at : last), null) : null,
    branch: only?.branch ?? null,
    hasOutput: jobs.every((job) => job.output !== null && job.output !== undefined),
  };
}

// What needs a person's eye wins over what goes on by itself.
const byWeight: readonly JobStatus[] = ['failed', 'running', 'waiting', 'pending', 'cancelled', 'completed', 'skipped'];

/** One status for the jobs of all items. */
export function statusOfMany(jobs: readonly Pick<Job, 'status'>[]): JobStatus | undefined {
  return byWeight.find((status) => jobs.some((job) => job.status === status));
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** How many seconds a run took, or has taken until now. */
export function secondsOf(run: Pick<NodeRun, 'startedAt' | 'completedAt'>, now: number): number | null {
  if (!run.startedAt) return null;
  return Math.max(0, ((run.completedAt ? Date.parse(run.completedAt) : now) - Date.parse(run.startedAt)) / 1_000);
}
