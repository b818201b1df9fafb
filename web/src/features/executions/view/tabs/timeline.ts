import type { ExecutionEvent } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { formatCount } from '../../../../shared/format';
import { attemptsOf, type Attempt } from '../../model/attempts';
import { criticalPath } from '../../model/criticalPath';
import type { NodeRun, Runs } from '../../model/runs';

export const rowHeight = 30;

export interface TimelineRow {
  id: string;
  run: NodeRun;
  label: string;
  start: number;
  end: number;
  attempts: Attempt[];
  isCritical: boolean;
}

export interface Timeline {
  rows: TimelineRow[];
  /** The whole time that is shown, in milliseconds since 1970. */
  start: number;
  end: number;
}

/**
 * The nodes that have begun, in the order in which they did; those of a loop's body from their first item to their last.
 * @param since When the execution itself began: what a fork has taken over from before is not of its time.
 */
export function timelineOf(graph: Graph | undefined, runs: Runs, events: readonly ExecutionEvent[], since: number, now: number): Timeline {
  const nodes = new Map(graph?.nodes.map((node) => [node.id, node]));
  const attempts = attemptsOf(events);
  const rows = [...runs]
    .filter(([, run]) => run.startedAt !== null && run.status !== 'skipped' && (run.completedAt === null || Date.parse(run.completedAt) >= since))
    .map(([id, run]): TimelineRow => {
      const start = Date.parse(run.startedAt!);
      const label = nodes.get(id)?.label ?? id;
      return {
        id, run, start, end: Math.max(start, run.completedAt ? Date.parse(run.completedAt) : now), attempts: attempts.get(id) ?? [], isCritical: false,
        label: run.total > 1 ? `${label} · ${formatCount(run.settled)} / ${formatCount(run.total)}` : label,
      };
    })
    .sort((a, b) => a.start - b.start || a.end - b.end);
  if (rows.length === 0) return { rows, start: 0, end: 1 };

  // Bodies of loops run within the loop's own time.
  const path = criticalPath(rows.filter((row) => nodes.get(row.id)?.parentId === undefined), graph?.edges ?? []);
  for (const row of rows) row.isCritical = path.has(row.id);
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
