import { Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ExecutionDetails, ExecutionEvent } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { useNow } from '../../../../shared/clock';
import { formatDuration, formatTime } from '../../../../shared/format';
import { useWindow } from '../../../../shared/useWindow';
import { shownOutcome } from '../../model/attempts';
import { isOver, type Runs } from '../../model/runs';
import classes from './TimelineTab.module.css';
import { rowHeight, ticksOf, timelineOf, type TimelineRow } from './timeline';

interface Props {
  graph: Graph | undefined;
  execution: ExecutionDetails;
  runs: Runs;
  events: readonly ExecutionEvent[];
  selected: string | undefined;
  select: (node: string | undefined) => void;
}

/** When each node ran, with its attempts, and the chain of nodes that decided how long it all took. */
export default function TimelineTab({ execution, graph, runs, events, selected, select }: Props) {
  const isTicking = [...runs.values()].some((run) => run.startedAt !== null && run.completedAt === null && !isOver(run));
  const now = useNow(isTicking);
  const [onlyCritical, setOnlyCritical] = useState(false);
  const { rows, start, end } = useMemo(
    () => timelineOf(graph, runs, events, Date.parse(execution.created_at ?? '') || 0, now),
    [graph, runs, events, execution.created_at, now],
  );
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
              key={row.id} type="button" className={classes.row} style={{ transform: `translateY(${(first + index) * rowHeight}px)` }}
              data-critical={row.isCritical || undefined} data-selected={row.id === selected || undefined} onClick={() => select(row.id)}
            >
              <span className={classes.label} title={row.label}>{row.label}</span>
              <span className="visually-hidden">{row.run.status}{row.isCritical ? ', on the critical path' : ''}</span>
              <TimelineBar row={row} start={start} end={end} />
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

interface BarProps {
  row: TimelineRow;
  start: number;
  end: number;
}

/** The bar of a node: the whole of it, and each attempt within. */
function TimelineBar({ row, start, end }: BarProps) {
  const length = end - start;
  const percent = (time: number) => `${((time - start) / length) * 100}%`;
  const share = (from: number, to: number) => `${Math.max(0, ((to - from) / length) * 100)}%`;
  // The time stands where there is room: after the bar, before it, or in it.
  const side = (row.end - start) / length <= 0.82 ? 'after' : (row.start - start) / length >= 0.18 ? 'before' : 'within';
  const place = { after: { left: percent(row.end) }, before: { right: `calc(100% - ${percent(row.start)})` }, within: { right: `calc(100% - ${percent(row.end)})` } }[side];
  const parts = row.attempts.length > 0 ? row.attempts : [{ start: row.start, end: row.end, outcome: row.run.status }];
  return (
    <span className={classes.lane}>
      <span className={classes.whole} style={{ left: percent(row.start), width: share(row.start, row.end) }} />
      {parts.map((part, index) => {
        const to = Math.min(part.end ?? row.end, row.end);
        return (
          <span
            key={index} className={classes.part} data-status={part.end === null ? row.run.status : shownOutcome(part)}
            style={{ left: percent(part.start), width: share(part.start, to) }}
            title={`Attempt ${index + 1}: ${shownOutcome(part)}, ${formatTime(new Date(part.start).toISOString())}, ${formatDuration((to - part.start) / 1_000)}`}
          />
        );
      })}
      <span className={classes.time} style={place}><span className={side === 'within' ? classes.within : undefined}>{formatDuration((row.end - row.start) / 1_000)}</span></span>
    </span>
  );
}
