import { Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ExecutionEvent, Job } from '../../../../../api/types';
import type { Graph } from '../../../../../graph/model';
import { useNow } from '../../../../../shared/clock';
import { formatDuration } from '../../../../../shared/format';
import { useWindow } from '../../../../../shared/useWindow';
import { TimelineBar } from './TimelineBar';
import classes from './TimelineTab.module.css';
import { rowHeight, ticksOf, timelineOf } from './timeline';

interface Props {
  graph: Graph | undefined;
  jobs: readonly Job[];
  events: readonly ExecutionEvent[];
  selected: string | undefined;
  select: (node: string | undefined) => void;
}

/** When each node ran, with its attempts, and the chain of nodes that decided how long it all took. */
export default function TimelineTab({ graph, jobs, events, selected, select }: Props) {
  const isTicking = jobs.some((job) => job.completed_at === null && job.started_at !== null && job.status !== 'cancelled');
  const now = useNow(isTicking);
  const [onlyCritical, setOnlyCritical] = useState(false);
  const { rows, start, end } = useMemo(() => timelineOf(graph, jobs, events, now), [graph, jobs, events, now]);
  const shown = onlyCritical ? rows.filter((row) => row.isCritical) : rows;
  const { ref, onScroll, first, last } = useWindow<HTMLDivElement>(shown.length, rowHeight);

  if (rows.length === 0) return <p className={classes.none}>Nothing has started yet.</p>;
  return (
    <div>
      <div className={classes.tools}>
        <ul className={classes.legend} aria-label="Legend">
          <li><span className={classes.swatch} data-status="completed" /> attempt</li>
          <li><span className={classes.swatch} data-status="failed" /> failed attempt</li>
          <li><span className={classes.swatch} data-status="waiting" /> waiting</li>
          <li><span className={classes.swatch} data-critical /> critical path</li>
        </ul>
        <Switch size="xs" label="Critical path only" checked={onlyCritical} onChange={(event) => setOnlyCritical(event.currentTarget.checked)} />
      </div>
      <div className={classes.axis} aria-hidden>
        {ticksOf(end - start).map((tick) => (
          <span key={tick} className={classes.tick} style={{ left: `${(tick / (end - start)) * 100}%` }}>{formatDuration(tick / 1_000)}</span>
        ))}
      </div>
      <div ref={ref} onScroll={onScroll} className={classes.rows} tabIndex={0} role="region" aria-label="Timeline of the nodes">
        <div className={classes.canvas} style={{ height: shown.length * rowHeight }}>
          {shown.slice(first, last).map((row, index) => (
            <button
              key={row.job.job_id} type="button" className={classes.row} style={{ transform: `translateY(${(first + index) * rowHeight}px)` }}
              data-critical={row.isCritical || undefined} data-selected={row.nodeId === selected || undefined} onClick={() => select(row.nodeId)}
            >
              <span className={classes.label} title={row.label}>{row.label}</span>
              <span className="visually-hidden">{row.job.status}{row.isCritical ? ', on the critical path' : ''}</span>
              <TimelineBar row={row} start={start} end={end} />
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}
