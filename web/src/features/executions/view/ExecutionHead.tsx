import { CopyButton, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, Check, Copy, CornerLeftUp, GitFork, PencilRuler, TriangleAlert, type LucideIcon } from 'lucide-react';
import { memo } from 'react';
import type { ExecutionDetails, Job } from '../../../api/types';
import { isEnded } from '../../../api/types';
import { useNow } from '../../../shared/clock';
import { formatCost, formatCount, formatDateTime, formatDuration } from '../../../shared/format';
import { StatusBadge } from '../../../shared/StatusBadge';
import { ProgressBar } from '../ProgressBar';
import { baseNodeId, secondsOf } from '../model/jobs';
import { ExecutionActions } from './ExecutionActions';
import classes from './ExecutionHead.module.css';
import type { Connection } from './useEvents';

interface Props {
  execution: ExecutionDetails;
  name: string;
  jobs: readonly Job[];
  connection: Connection;
  /** How many are settled; undefined as long as the graph is not known. */
  nodes: { settled: number; all: number } | undefined;
}

export const ExecutionHead = memo(function ExecutionHead({ execution, name, jobs, connection, nodes }: Props) {
  const isOver = isEnded(execution.status);
  const tokens = jobs.reduce((total, job) => total + job.tokens_used, 0);
  const cost = Math.max(execution.total_cost ?? 0, jobs.reduce((total, job) => total + job.cost_usd, 0));
  return (
    <header className={classes.head}>
      <title>{`${name} · ${execution.status} · Workflow Functions`}</title>
      <div className={classes.line}>
        <div className={classes.names}>
          <Link to="/executions" className={classes.back}><ArrowLeft size={14} aria-hidden /> Executions</Link>
          <div className={classes.titleLine}>
            <h1 className={classes.title}>{name}</h1>
            <StatusBadge status={execution.status} />
            {!isOver ? <LiveSign connection={connection} /> : null}
          </div>
          <div className={classes.origins}>
            <CopyId id={execution.id} />
            {execution.parent_execution_id ? <Related id={execution.parent_execution_id} node={execution.parent_node_id} icon={CornerLeftUp}>Started by another execution</Related> : null}
            {execution.origin_execution_id ? <Related id={execution.origin_execution_id} icon={GitFork}>Forked from another execution</Related> : null}
            {(execution.retries ?? 0) > 0 ? <span className={classes.retries}>Retried {execution.retries === 1 ? 'once' : `${execution.retries} times`}</span> : null}
            <Link to="/templates/$templateId" params={{ templateId: execution.template_id }} className={classes.related}><PencilRuler size={13} aria-hidden /> Edit the workflow</Link>
          </div>
        </div>
        <ExecutionActions execution={execution} />
      </div>
      {execution.error_message ? (
        <p className={classes.error} role="alert"><TriangleAlert size={16} aria-hidden /> {execution.error_message}</p>
      ) : null}
      <div className={classes.line}>
        <div className={classes.progress}><ProgressBar percent={execution.progress_percent ?? 0} status={execution.status} label="Progress" isWide /></div>
        <dl className={classes.facts}>
          <Fact name="Elapsed"><Elapsed execution={execution} /></Fact>
          <Fact name="Cost">{formatCost(cost)}</Fact>
          <Fact name="Tokens">{formatCount(tokens)}</Fact>
          <Fact name="Nodes done">{nodes ? `${formatCount(nodes.settled)} / ${formatCount(nodes.all)}` : '—'}</Fact>
          <Fact name="Started">{formatDateTime(execution.started_at ?? execution.created_at)}</Fact>
        </dl>
      </div>
    </header>
  );
});

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Elapsed({ execution }: { execution: ExecutionDetails }) {
  const isOver = isEnded(execution.status);
  const now = useNow(!isOver);
  return formatDuration(secondsOf({ startedAt: execution.started_at ?? null, completedAt: isOver ? execution.completed_at ?? null : null }, now));
}

interface RelatedProps {
  id: string;
  node?: string | null;
  icon: LucideIcon;
  children: string;
}

function Related({ id, node, icon: Icon, children }: RelatedProps) {
  return <Link to="/executions/$executionId" params={{ executionId: id }} search={node ? { node: baseNodeId(node) } : {}} className={classes.related}><Icon size={13} aria-hidden /> {children}</Link>;
}

function LiveSign({ connection }: { connection: Connection }) {
  const isLive = connection === 'live';
  return (
    <span className={classes.live} data-live={isLive || undefined}>
      <span className={classes.dot} aria-hidden /> {isLive ? 'Live' : connection === 'lost' ? 'Reconnecting' : 'Connecting'}
    </span>
  );
}

function CopyId({ id }: { id: string }) {
  return (
    <CopyButton value={id} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy the id'} withArrow>
          <button type="button" className={classes.id} onClick={copy} aria-label={`Copy the id ${id}`}>
            {id} {copied ? <Check size={12} aria-hidden /> : <Copy size={12} aria-hidden />}
          </button>
        </Tooltip>
      )}
    </CopyButton>
  );
}
