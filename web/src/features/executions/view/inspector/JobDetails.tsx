import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert, Workflow, Wrench } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { isObject } from '../../../../api/json';
import type { ExecutionDetails, ExecutionEvent, Job } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { useNow } from '../../../../shared/clock';
import { formatCost, formatCount, formatDateTime, formatDuration, formatTime, plural } from '../../../../shared/format';
import { JsonView } from '../../../../shared/JsonView';
import { LoadError } from '../../../../shared/LoadError';
import { Link } from '../../../../shared/routing';
import { StatusBadge } from '../../../../shared/StatusBadge';
import { attemptsOf, shownOutcome, type Attempt } from '../../model/attempts';
import { baseNodeId, secondsOf, type NodeRun } from '../../model/runs';
import { childrenQuery, jobQuery, nodeEventsQuery } from '../../queries';
import { OutputView } from '../output/OutputView';
import { Decision } from './Decision';
import { GoOn } from './GoOn';
import classes from './JobDetails.module.css';

interface Props {
  execution: ExecutionDetails;
  /** The node, with the item if it has one. */
  nodeId: string;
  run: NodeRun;
  /** The events of the execution, if those of this job are among them. */
  events?: readonly ExecutionEvent[];
  graph: Graph | undefined;
}

/** A job: how it went, what it gave and what it got. */
export function JobDetails({ execution, nodeId, run, events, graph }: Props) {
  // Read again when something of it has changed, and now and then as long as it is not over.
  const { data: job, error, refetch } = useQuery({
    ...jobQuery(execution.id, nodeId),
    refetchInterval: ({ state }) => (state.data?.completed_at == null && run.completedAt === null ? 3_000 : false),
  });
  const own = useQuery({ ...nodeEventsQuery(execution.id, nodeId), enabled: events === undefined }).data;
  if (error && !job) return <LoadError error={error} retry={() => void refetch()} />;
  if (!job) return null;
  const attempts = attemptsOf(events ?? own ?? []).get(nodeId) ?? [];
  const isFailed = job.status === 'failed';
  return (
    <>
      <Facts job={job} />
      {isFailed ? (
        <div className={classes.failure}>
          <p className={classes.error}><TriangleAlert size={16} aria-hidden /> {job.error_message}</p>
          <Button
            size="xs" leftSection={<Wrench size={14} aria-hidden />}
            renderRoot={(props) => <Link to="/templates/:templateId" params={{ templateId: execution.template_id }} search={{ node: baseNodeId(nodeId), run: execution.id }} {...props} />}
          >
            Fix this node
          </Button>
        </div>
      ) : job.error_message ? <p className={classes.error}><TriangleAlert size={16} aria-hidden /> {job.error_message}</p> : null}
      <Decision executionId={execution.id} job={job} />
      {job.job_type === 'sub_workflow' ? <Child executionId={execution.id} job={job} /> : null}
      {attempts.length > 1 ? <Attempts attempts={attempts} /> : null}
      <div className={classes.data}>
        {job.output != null ? <Section title="Output"><OutputView output={job.output} /><GoOn execution={execution} job={job} graph={graph} /></Section> : null}
        {job.input != null ? <Section title="Input"><JsonView value={job.input} open={1} /></Section> : null}
      </div>
    </>
  );
}

/** How it went, in one line. */
function Facts({ job }: { job: Job }) {
  const isTicking = job.completed_at === null && (job.status === 'running' || job.status === 'waiting');
  const now = useNow(isTicking);
  const seconds = isTicking || job.completed_at ? secondsOf({ startedAt: job.started_at, completedAt: job.completed_at }, now) : null;
  const facts = [
    seconds === null ? null : formatDuration(seconds),
    job.attempt > 1 ? plural(job.attempt, 'attempt') : null,
    job.given_from && job.output != null ? `given ${job.given_from === 'request' ? 'at the start' : `from ${job.given_from.split(':')[0]}`}` : null,
    job.branch ? `branch ${job.branch}` : null,
    job.tokens_used > 0 ? `${formatCount(job.tokens_used)} tokens` : null,
    job.cost_usd > 0 ? formatCost(job.cost_usd) : null,
    job.wake_at && job.completed_at === null ? `${job.status === 'waiting' ? 'waits until' : 'next attempt'} ${formatDateTime(job.wake_at)}` : null,
    job.started_at ? formatDateTime(job.started_at) : null,
  ].filter((fact) => fact !== null);
  return (
    <p className={classes.facts}>
      <StatusBadge status={job.status} size="sm" />
      {facts.map((fact, index) => <Fragment key={fact}>{index > 0 ? <span aria-hidden>·</span> : null}<span>{fact}</span></Fragment>)}
    </p>
  );
}

/** Each attempt, with its own error. */
function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  return (
    <Section title="Attempts">
      <ol className={classes.attempts}>
        {attempts.map((attempt, index) => (
          <li key={attempt.start} className={classes.attempt} data-status={shownOutcome(attempt)}>
            <span className={classes.number}>{index + 1}</span>
            <span className={classes.outcome}>{shownOutcome(attempt)}</span>
            <span className={classes.when}>{formatTime(new Date(attempt.start).toISOString())}{attempt.end === null ? '' : `, ${formatDuration((attempt.end - attempt.start) / 1_000)}`}</span>
            {attempt.error ? <span className={classes.why}>{attempt.error}</span> : null}
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** The execution that a sub-workflow runs, from its first moment on. */
function Child({ executionId, job }: { executionId: string; job: Job }) {
  const known = isObject(job.output) && typeof job.output.execution_id === 'string' ? job.output.execution_id : undefined;
  const { data } = useQuery({ ...childrenQuery(executionId), enabled: known === undefined, refetchInterval: job.completed_at === null ? 3_000 : false });
  const child = known ?? data?.find((one) => one.parent_node_id === job.node_id)?.id;
  if (!child) return null;
  return <Link to="/executions/:executionId" params={{ executionId: child }} className={classes.child}><Workflow size={15} aria-hidden /> Open the execution that it {job.completed_at === null ? 'runs' : 'ran'}</Link>;
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3 className={classes.title}>{title}</h3>
      {children}
    </section>
  );
}
