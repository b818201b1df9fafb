import { Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { JobStatus } from '../../../../api/types';
import { useNow } from '../../../../shared/clock';
import { formatCount, formatDuration } from '../../../../shared/format';
import { StatusBadge } from '../../../../shared/StatusBadge';
import { useWindow } from '../../../../shared/useWindow';
import { isOver, itemOf, secondsOf, type NodeRun } from '../../model/runs';
import { jobsQuery } from '../../queries';
import classes from './ItemList.module.css';

interface Props {
  executionId: string;
  id: string;
  run: NodeRun;
  chosen: string | undefined;
  choose: (nodeId: string) => void;
}

const rowHeight = 34;

/** A node in the body of a loop: what became of it for each item. Items are read as the list is scrolled. */
export function ItemList({ executionId, id, run, chosen, choose }: Props) {
  const [status, setStatus] = useState<JobStatus | null>(null);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...jobsQuery(executionId, id, status),
    placeholderData: (before) => before,
    // Of a long list only what is seen is worth reading again.
    refetchInterval: ({ state }) => (isOver(run) || (state.data?.pages.length ?? 0) > 3 ? false : 2_000),
  });
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const { ref, onScroll, first, last } = useWindow<HTMLDivElement>(rows.length, rowHeight);
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 20) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage, last, rows.length]);
  const now = useNow(rows.some((job) => job.completed_at == null));
  const counts = Object.entries(run.jobs);
  return (
    <section className={classes.items} aria-label="Items">
      <div className={classes.head}>
        <h3 className={classes.title}>{formatCount(run.settled)} / {formatCount(run.total)} items</h3>
        {counts.length > 1 ? (
          <Select
            size="xs" w={180} aria-label="Items with status" placeholder="Any status" clearable value={status} onChange={(next) => setStatus(next as JobStatus | null)} clearButtonProps={{ 'aria-label': 'Any status' }}
            data={counts.map(([value, count]) => ({ value, label: `${value} (${formatCount(count)})` }))}
          />
        ) : <StatusBadge status={run.status} size="sm" />}
      </div>
      <div ref={ref} onScroll={onScroll} className={classes.list} tabIndex={-1}>
        <div className={classes.canvas} style={{ height: rows.length * rowHeight }}>
          {rows.slice(first, last).map((job, index) => (
            <button
              key={job.job_id} type="button" className={classes.item} aria-pressed={job.node_id === chosen} onClick={() => choose(job.node_id)}
              style={{ transform: `translateY(${(first + index) * rowHeight}px)` }}
            >
              <span className={classes.number}>{itemOf(job.node_id)}</span>
              <StatusBadge status={job.status ?? 'pending'} size="sm" />
              <span className={classes.error}>{job.error_message}</span>
              <span className={classes.time}>{job.status === 'skipped' ? '' : formatDuration(secondsOf({ startedAt: job.started_at ?? null, completedAt: job.completed_at ?? null }, now))}</span>
            </button>
          ))}
        </div>
      </div>
    </section>
  );
}
