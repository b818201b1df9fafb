import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Job, JobStatus } from '../../../../api/types';
import { useNow } from '../../../../shared/clock';
import { formatDuration, plural } from '../../../../shared/format';
import { StatusBadge } from '../../../../shared/StatusBadge';
import { useWindow } from '../../../../shared/useWindow';
import { itemOf, secondsOf } from '../../model/jobs';
import classes from './ItemList.module.css';

interface Props {
  jobs: readonly Job[];
  chosen: Job | undefined;
  choose: (nodeId: string) => void;
}

const rowHeight = 34;

/** A node in the body of a loop: what became of it for each item. */
export function ItemList({ jobs, chosen, choose }: Props) {
  const [status, setStatus] = useState<string | null>(null);
  const counts = useMemo(() => {
    const all = new Map<string, number>();
    for (const job of jobs) all.set(job.status, (all.get(job.status) ?? 0) + 1);
    return [...all];
  }, [jobs]);
  const shown = useMemo(() => jobs.filter((job) => status === null || job.status === status).sort(byItem), [jobs, status]);
  const { ref, onScroll, first, last } = useWindow<HTMLDivElement>(shown.length, rowHeight);
  const now = useNow(jobs.some((job) => job.completed_at === null));
  return (
    <section className={classes.items} aria-label="Items">
      <div className={classes.head}>
        <h3 className={classes.title}>{plural(jobs.length, 'item')}</h3>
        {counts.length > 1 ? (
          <Select
            size="xs" w={170} aria-label="Items with status" placeholder="Of any status" clearable value={status} onChange={setStatus} clearButtonProps={{ 'aria-label': 'Of any status' }}
            data={counts.map(([value, count]) => ({ value, label: `${value} (${count})` }))}
          />
        ) : <StatusBadge status={(counts[0]?.[0] ?? 'pending') as JobStatus} size="sm" />}
      </div>
      <div ref={ref} onScroll={onScroll} className={classes.list} tabIndex={-1}>
        <div className={classes.canvas} style={{ height: shown.length * rowHeight }}>
          {shown.slice(first, last).map((job, index) => (
            <button
              key={job.node_id} type="button" className={classes.item} aria-pressed={job === chosen} onClick={() => choose(job.node_id)}
              style={{ transform: `translateY(${(first + index) * rowHeight}px)` }}
            >
              <span className={classes.number}>{itemOf(job.node_id)}</span>
              <StatusBadge status={job.status} size="sm" />
              <span className={classes.error}>{job.error_message}</span>
              <span className={classes.time}>{job.status === 'skipped' ? '' : formatDuration(secondsOf({ startedAt: job.started_at, completedAt: job.completed_at }, now))}</span>
            </button>
          ))}
        </div>
      </div>
    </section>
  );
}

const numbers = new Intl.Collator(undefined, { numeric: true });

function byItem(a: Job, b: Job): number {
  return numbers.compare(a.node_id, b.node_id);
}
