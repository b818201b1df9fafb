import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Job } from '../../../../api/types';
import { useNow } from '../../../../shared/clock';
import { formatCost, formatCount, formatDateTime, formatDuration } from '../../../../shared/format';
import { JsonView } from '../../../../shared/JsonView';
import { StatusBadge } from '../../../../shared/StatusBadge';
import { secondsOf } from '../../model/jobs';
import classes from './JobDetails.module.css';
import { OutputView } from './OutputView';

/** A job: how it went, what it got and what it gave. */
export function JobDetails({ job }: { job: Job }) {
  const isTicking = job.completed_at === null && (job.status === 'running' || job.status === 'waiting');
  const now = useNow(isTicking);
  const seconds = isTicking || job.completed_at ? secondsOf({ startedAt: job.started_at, completedAt: job.completed_at }, now) : null;
  return (
    <>
      <dl className={classes.facts}>
        <Fact name="Status"><StatusBadge status={job.status} size="sm" /></Fact>
        <Fact name="Duration">{formatDuration(seconds)}</Fact>
        <Fact name="Attempts">{formatCount(job.attempt)}</Fact>
        <Fact name="Tokens">{formatCount(job.tokens_used)}</Fact>
        <Fact name="Cost">{formatCost(job.cost_usd)}</Fact>
        {job.branch ? <Fact name="Branch">{job.branch}</Fact> : null}
        {job.wake_at && job.completed_at === null ? <Fact name={job.status === 'waiting' ? 'Waits until' : 'Tried again at'} isWide>{formatDateTime(job.wake_at)}</Fact> : null}
        <Fact name="Started" isWide>{formatDateTime(job.started_at)}</Fact>
        <Fact name="Ended" isWide>{formatDateTime(job.completed_at)}</Fact>
      </dl>
      {job.error_message ? <p className={classes.error}><TriangleAlert size={16} aria-hidden /> {job.error_message}</p> : null}
      {job.output !== null && job.output !== undefined ? <Section title="Output"><OutputView output={job.output} /></Section> : null}
      {job.input !== null && job.input !== undefined ? <Section title="Input"><JsonView value={job.input} open={1} /></Section> : null}
    </>
  );
}

function Fact({ name, isWide, children }: { name: string; isWide?: boolean; children: ReactNode }) {
  return (
    <div className={classes.fact} data-wide={isWide || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      {children}
    </section>
  );
}
