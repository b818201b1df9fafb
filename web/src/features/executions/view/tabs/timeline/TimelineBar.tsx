import { formatDuration, formatTime } from '../../../../../shared/format';
import classes from './TimelineTab.module.css';
import type { TimelineRow } from './timeline';

interface Props {
  row: TimelineRow;
  start: number;
  end: number;
}

/** The bar of a job: the whole of it, and each attempt within. */
export function TimelineBar({ row, start, end }: Props) {
  const length = end - start;
  const percent = (time: number) => `${((time - start) / length) * 100}%`;
  const share = (from: number, to: number) => `${Math.max(0, ((to - from) / length) * 100)}%`;
  const isLate = (row.end - start) / length > 0.82;
  const parts = row.attempts.length > 0 ? row.attempts : [{ start: row.start, end: row.end, outcome: row.job.status }];
  return (
    <span className={classes.lane}>
      <span className={classes.whole} style={{ left: percent(row.start), width: share(row.start, row.end) }} />
      {parts.map((part, index) => {
        const to = Math.min(part.end ?? row.end, row.end);
        return (
          <span
            key={index} className={classes.part} data-status={part.outcome === 'retrying' ? 'failed' : part.end === null && row.job.status !== 'running' ? row.job.status : part.outcome}
            style={{ left: percent(part.start), width: share(part.start, to) }}
            title={`Attempt ${index + 1}: ${part.outcome}, ${formatTime(new Date(part.start).toISOString())}, ${formatDuration((to - part.start) / 1_000)}`}
          />
        );
      })}
      <span className={classes.time} data-before={isLate || undefined} style={isLate ? { right: `calc(100% - ${percent(row.start)})` } : { left: percent(row.end) }}>
        {formatDuration(row.seconds)}
      </span>
    </span>
  );
}
