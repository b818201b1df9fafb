import type { JobStatus, NodeSummary } from '../../../api/types';
import { childrenOf, type Graph } from '../../../graph/model';
import { isDrawing } from '../../../shared/nodeKinds';

/** A node of the graph with what ran of it: one job, or one for each item where the node is in the body of a `for_each`. */
export interface NodeRun {
  status: JobStatus;
  type: string;
  /** How many jobs there are of each status. */
  jobs: Readonly<Partial<Record<JobStatus, number>>>;
  /** How many jobs are over, and how many there will be. */
  settled: number;
  total: number;
  /** How many items a loop runs its body for; null for any other node. */
  items: number | null;
  attempts: number;
  tokens: number;
  cost: number;
  startedAt: string | null;
  completedAt: string | null;
  wakeAt: string | null;
  branch: string | null;
  error: string | null;
  /** Whether the workflow goes on past it: with an output, or with the error of one that failed. */
  hasOutput: boolean;
}

export type Runs = ReadonlyMap<string, NodeRun>;

/** The node that a job is of: `write#3` is the node `write` for the fourth item. */
export function baseNodeId(nodeId: string): string {
  const cut = nodeId.indexOf('#');
  return cut < 0 ? nodeId : nodeId.slice(0, cut);
}

/** Which item a job is of, counted from 1: `2.1` is the first of an inner loop in the second of an outer one. */
export function itemOf(nodeId: string): string {
  return nodeId.split('#').slice(1).map((index) => Number(index) + 1).join('.');
}

/** What ran of each node. In a body there are more jobs to come until the loop has had all of its items. */
export function runsOf(summaries: readonly NodeSummary[], graph: Graph | undefined): Runs {
  const runs = new Map(summaries.map((summary) => [summary.node_id, runOf(summary)]));
  for (const node of graph?.nodes ?? []) {
    const [run, loop] = [runs.get(node.id), node.parentId === undefined ? undefined : runs.get(node.parentId)];
    if (!run || !loop || isOver(loop)) continue;
    run.total = Math.max(run.total, loop.items ?? 0);
    if (isOver(run)) continue;
    run.completedAt = null;
    if (loop.status === 'running') run.status = 'running';
  }
  return runs;
}

/** Whether no job of a node is still to come or to end. */
export function isOver(run: NodeRun): boolean {
  return run.settled >= run.total;
}

function runOf(summary: NodeSummary): NodeRun {
  const jobs = summary.jobs as Partial<Record<JobStatus, number>>;
  const count = (...statuses: JobStatus[]) => statuses.reduce((sum, status) => sum + (jobs[status] ?? 0), 0);
  const status = statusOfMany(jobs);
  return {
    jobs,
    // A loop whose body runs waits for it; nobody would say so of it.
    status: status === 'waiting' && summary.job_type === 'for_each' ? 'running' : status,
    type: summary.job_type,
    settled: count('completed', 'failed', 'skipped', 'cancelled'),
    total: Object.values(jobs).reduce((sum, jobsOfStatus) => sum + jobsOfStatus, 0),
    items: summary.items ?? null,
    attempts: summary.attempt ?? 1,
    tokens: summary.tokens_used ?? 0,
    cost: summary.cost_usd ?? 0,
    startedAt: summary.started_at ?? null,
    completedAt: summary.completed_at ?? null,
    wakeAt: summary.wake_at ?? null,
    branch: summary.branch ?? null,
    error: summary.error_message ?? null,
    hasOutput: summary.has_output ?? false,
  };
}

// What needs a person's eye wins over what goes on by itself.
const byWeight: readonly JobStatus[] = ['failed', 'running', 'waiting', 'pending', 'cancelled', 'completed', 'skipped'];

function statusOfMany(jobs: Readonly<Partial<Record<JobStatus, number>>>): JobStatus {
  return byWeight.find((status) => (jobs[status] ?? 0) > 0) ?? 'pending';
}

export interface Progress {
  /** How much is done, from 0 to 100; items count in parts of their loop. */
  percent: number;
  nodesDone: number;
  nodes: number;
}

/** How far an execution is. What failed is not done, unless the workflow goes on past it. */
export function progressOf(graph: Graph, runs: Runs): Progress {
  const nodes = graph.nodes.filter((node) => !isDrawing(node.type));
  const bodies = childrenOf(nodes);
  const done = (id: string): number => {
    const [run, body] = [runs.get(id), bodies.get(id) ?? []];
    if (!run) return 0;
    if (body.length > 0 && !isOver(run)) return body.reduce((sum, { id: inner }) => sum + done(inner), 0) / body.length;
    return ((run.jobs.completed ?? 0) + (run.jobs.skipped ?? 0) + (run.hasOutput ? run.jobs.failed ?? 0 : 0)) / run.total;
  };
  const top = bodies.get(undefined) ?? [];
  return {
    percent: top.length === 0 ? 0 : Math.floor((top.reduce((sum, { id }) => sum + done(id), 0) / top.length) * 100),
    nodesDone: nodes.filter(({ id }) => done(id) === 1).length,
    nodes: nodes.length,
  };
}

/** How many seconds a run took, or has taken until now. */
export function secondsOf(run: Pick<NodeRun, 'startedAt' | 'completedAt'>, now: number): number | null {
  if (!run.startedAt) return null;
  return Math.max(0, ((run.completedAt ? Date.parse(run.completedAt) : now) - Date.parse(run.startedAt)) / 1_000);
}
