import { Button, CopyButton } from '@mantine/core';
import { ArrowLeft, Check, Copy, PencilRuler, TriangleAlert } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { isObject } from '../../../../api/json';
import type { ExecutionDetails } from '../../../../api/types';
import { isEnded } from '../../../../api/types';
import { useNow } from '../../../../shared/clock';
import { formatCost, formatCount, formatDateTime, formatDuration } from '../../../../shared/format';
import { JsonView } from '../../../../shared/JsonView';
import { Popup } from '../../../../shared/Popup';
import { Link } from '../../../../shared/routing';
import { StatusBadge } from '../../../../shared/StatusBadge';
import { StartedBy } from '../../StartedBy';
import { ProgressBar } from '../../ProgressBar';
import { secondsOf, type Progress, type Runs } from '../../model/runs';
import type { Connection } from '../useEvents';
import { ExecutionActions } from './ExecutionActions';
import classes from './ExecutionHead.module.css';

interface Props {
  execution: ExecutionDetails;
  name: string;
  runs: Runs;
  connection: Connection;
  /** Undefined as long as the graph is not known. */
  progress: Progress | undefined;
  select: (node: string) => void;
}

export const ExecutionHead = memo(function ExecutionHead({ execution, name, runs, connection, progress, select }: Props) {
  const isOver = isEnded(execution.status);
  const tokens = [...runs.values()].reduce((total, run) => total + run.tokens, 0);
  const cost = Math.max(execution.total_cost ?? 0, [...runs.values()].reduce((total, run) => total + run.cost, 0));
  const failed = [...runs].find(([, run]) => run.status === 'failed' && !run.hasOutput)?.[0];
  return (
    <header className={classes.head}>
      <title>{`${name} · ${execution.status} · Workflow Functions`}</title>
      <div className={classes.names}>
        <Link to="/executions" className={classes.back}><ArrowLeft size={14} aria-hidden /> Executions</Link>
        <div className={classes.titleLine}>
          <h1 className={classes.title}>{name}</h1>
          <StatusBadge status={execution.status} />
          {!isOver ? <LiveSign connection={connection} /> : null}
          <ExecutionActions execution={execution} />
        </div>
        <div className={classes.origins}>
          <CopyId id={execution.id} />
          <StartedBy execution={execution} />
          <Params config={execution.config_json} />
          {(execution.retries ?? 0) > 0 ? <span className={classes.retries}>Retried {execution.retries === 1 ? 'once' : `${execution.retries} times`}</span> : null}
          <Link to="/templates/:templateId" params={{ templateId: execution.template_id }} className={classes.related}><PencilRuler size={13} aria-hidden /> Edit the workflow</Link>
        </div>
      </div>
      {execution.error_message ? (
        <div className={classes.error} role="alert">
          <TriangleAlert size={16} aria-hidden />
          <span className={classes.reason}>{execution.error_message}</span>
          {failed ? <Button size="compact-sm" variant="default" onClick={() => select(failed)}>Show the failed node</Button> : null}
        </div>
      ) : null}
      <div className={classes.line}>
        <div className={classes.progress}><ProgressBar percent={progress?.percent ?? execution.progress_percent ?? 0} status={execution.status} label="Progress" isWide /></div>
        <dl className={classes.facts}>
          <Fact name="Elapsed"><Elapsed execution={execution} /></Fact>
          <Fact name="Cost">{formatCost(cost)}</Fact>
          <Fact name="Tokens">{formatCount(tokens)}</Fact>
          <Fact name="Nodes done">{progress ? `${formatCount(progress.nodesDone)} / ${formatCount(progress.nodes)}` : '—'}</Fact>
          <Fact name="Started">{formatDateTime(execution.started_at ?? execution.created_at)}</Fact>
        </dl>
      </div>
    </header>
  );
});

function Fact({ name, children }: { name: string; children: ReactNode }) {
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

/** What it was started with: the first params in words, and all of them when asked for. */
function Params({ config }: { config: unknown }) {
  const params = isObject(config) && isObject(config.params) ? config.params : {};
  const entries = Object.entries(params);
  if (entries.length === 0) return null;
  const words = entries.slice(0, 3).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' · ');
  return (
    <Popup
      label="What it was started with" width={420}
      target={(
        <button type="button" className={classes.params}>
          with <span className={classes.words}>{words}</span>{entries.length > 3 ? ` + ${entries.length - 3}` : ''}
        </button>
      )}
    >
      <JsonView value={params} />
    </Popup>
  );
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
        <button type="button" className={classes.id} onClick={copy} title={copied ? 'Copied' : 'Copy the id'} aria-label={`Copy the id ${id}`}>
          {id} {copied ? <Check size={12} aria-hidden /> : <Copy size={12} aria-hidden />}
        </button>
      )}
    </CopyButton>
  );
}
