import type { ExecutionEvent, Job } from '../../../../../api/types';
import type { Graph } from '../../../../../graph/model';
import { attemptsOf, type Attempt } from '../../../model/attempts';
import { criticalPath } from '../../../model/criticalPath';
import { baseNodeId, itemOf } from '../../../model/jobs';

export const rowHeight = 30;

export interface TimelineRow {
  job: Job;
  nodeId: string;
  label: string;
  start: number;
  end: number;
  seconds: number;
  attempts: Attempt[];
  isCritical: boolean;
}

export interface Timeline {
  rows: TimelineRow[];
  /** The whole time that is shown, in milliseconds since 1970. */
  start: number;
  end: number;
}

/** The jobs that have begun, in the order in which they did. */
export function timelineOf(graph: Graph | undefined, jobs: readonly Job[], events: readonly ExecutionEvent[], now: number): Timeline {
  const nodes = new Map(graph?.nodes.map((node) => [node.id, node]));
  const attempts = attemptsOf(events);
  const rows = jobs
    .filter((job) => job.started_at !== null && job.status !== 'skipped')
    .map((job): TimelineRow => {
      const nodeId = nodes.has(job.node_id) ? job.node_id : baseNodeId(job.node_id);
      const item = nodeId === job.node_id ? '' : itemOf(job.node_id);
      const start = Date.parse(job.started_at!);
      const end = Math.max(start, job.completed_at ? Date.parse(job.completed_at) : now);
      const label = nodes.get(nodeId)?.label ?? nodeId;
      return {
        job, nodeId, start, end, seconds: (end - start) / 1_000, attempts: attempts.get(job.node_id) ?? [], isCritical: false,
        label: item ? `${label} · ${item}` : label,
      };
    })
    .sort((a, b) => a.start - b.start || a.end - b.end);
  if (rows.length === 0) return { rows, start: 0, end: 1 };

  // Bodies of loops run within the loop's own time.
  const path = criticalPath(rows.filter((row) => row.job.node_id === row.nodeId).map((row) => ({ id: row.nodeId, start: row.start, end: row.end })), graph?.edges ?? []);
  for (const row of rows) row.isCritical = row.job.node_id === row.nodeId && path.has(row.nodeId);
  const start = rows[0]!.start;
  return { rows, start, end: Math.max(start + 1, ...rows.map((row) => row.end)) };
}

/** Where the axis is marked, in milliseconds from its start: at round values, four to eight of them. */
export function ticksOf(length: number): number[] {
  const steps = [1, 2, 5].flatMap((step) => [1, 10, 100, 1_000, 10_000].map((unit) => step * unit))
    .concat([15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 86_400_000, 604_800_000])
    .sort((a, b) => a - b);
  const step = steps.find((candidate) => length / candidate <= 8) ?? steps.at(-1)!;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step).filter((tick) => tick <= length * 0.96);
}
