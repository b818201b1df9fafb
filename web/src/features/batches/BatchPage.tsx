import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Ban, Compass, Download, Pause, Play, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { isMissing } from '../../api/problem';
import { useNow } from '../../shared/clock';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { EmptyState } from '../../shared/EmptyState';
import { formatAgo, formatCost, formatCount, plural } from '../../shared/format';
import { lazyPart } from '../../shared/loadCode';
import { LoadError } from '../../shared/LoadError';
import { PageHead } from '../../shared/PageHead';
import { Menu, MenuItem } from '../../shared/Menu';
import { Link, useNavigate, useParams, useSearch } from '../../shared/routing';
import { StatusBadge } from '../../shared/StatusBadge';
import { useChange } from '../../shared/useChange';
import { useTemplateNames } from '../templates/queries';
import { BatchBar } from './BatchBar';
import classes from './Batches.module.css';
import { batchQuery, countOf, isMoving, resultsUrl, rowsQuery, rowStatuses, type Batch, type BatchItem, type RowStatus } from './queries';

const MoreCost = lazyPart(() => import('./MoreCost'), 'MoreCost');

const route = { from: '/batches/:batchId' } as const;

/** One batch: how far it is, what it has cost, its rows, and what can be done with it. */
export function BatchPage() {
  const { batchId } = useParams(route);
  const { status } = useSearch(route);
  const navigate = useNavigate(route);
  const names = useTemplateNames();
  const now = useNow(false);
  const query = useQuery(batchQuery(batchId));
  const batch = query.data;
  if (isMissing(query.error)) return <EmptyState icon={Compass} title="Batch not found" text="It may have been archived, or the link is incomplete."><Button renderRoot={(props) => <Link to="/batches" {...props} />}>All batches</Button></EmptyState>;
  if (!batch) return <div className={classes.page}>{query.error ? <LoadError error={query.error} retry={() => void query.refetch()} /> : null}</div>;
  const workflow = names.get(batch.template_id) ?? batch.template_id;
  return (
    <div className={classes.page}>
      <PageHead title={batch.name ?? workflow} subtitle={`${workflow} for each of ${plural(batch.rows_total, 'row')}`}><Actions batch={batch} /></PageHead>
      {query.error ? <LoadError error={query.error} isStale retry={() => void query.refetch()} /> : null}
      <section className={classes.card} aria-label="Progress">
        <div className={classes.line}>
          <StatusBadge status={batch.status} />
          <span className={classes.cost}>{formatCost(batch.cost_usd)}{batch.max_cost_usd != null ? ` of ${formatCost(batch.max_cost_usd)}` : ''}</span>
        </div>
        <BatchBar batch={batch} />
        {batch.reason ? <p className={classes.reason}>{batch.reason}</p> : null}
        <div className={classes.facts}>
          <span>{plural(batch.max_parallel, 'row')} at once</span>
          <span>Started {formatAgo(batch.created_at, now)}{batch.created_by ? ` by ${batch.created_by}` : ''}</span>
          {batch.completed_at ? <span>Ended {formatAgo(batch.completed_at, now)}</span> : null}
          <Link to="/templates/:templateId" params={{ templateId: batch.template_id }}>The workflow</Link>
          <Link to="/executions" search={{ by: batch.id }}>Its executions</Link>
        </div>
      </section>
      <div className={classes.filter} role="group" aria-label="Rows by status">
        <Button size="xs" variant={status === undefined ? 'light' : 'default'} aria-pressed={status === undefined} onClick={() => void navigate({ search: {}, replace: true })}>All {formatCount(batch.rows_total)}</Button>
        {rowStatuses.map((one) => (
          <Button
            key={one} size="xs" variant={status === one ? 'light' : 'default'} aria-pressed={status === one} disabled={countOf(batch, one) === 0 && status !== one}
            onClick={() => void navigate({ search: { status: one }, replace: true })}
          >
            {formatCount(countOf(batch, one))} {one}
          </Button>
        ))}
      </div>
      <Rows batch={batch} status={status} />
    </div>
  );
}

function Actions({ batch }: { batch: Batch }) {
  const [asked, setAsked] = useState<'cancel' | 'resume' | null>(null);
  const path = { params: { path: { id: batch.id } } };
  const pause = useChange('batches', () => unwrap(api.POST('/api/batches/{id}/pause', { ...path, body: {} })), () => 'Paused: no more rows start');
  const resume = useChange('batches', (max_cost_usd: number | undefined) => unwrap(api.POST('/api/batches/{id}/resume', { ...path, body: { max_cost_usd } })), () => 'Goes on');
  const cancel = useChange('batches', () => unwrap(api.POST('/api/batches/{id}/cancel', { ...path, body: {} })), () => 'Cancelled the batch');
  const retry = useChange('batches', () => unwrap(api.POST('/api/batches/{id}/retry', path)), () => 'The rows run again');
  const lost = batch.rows_failed + batch.rows_cancelled;
  const isSpent = batch.max_cost_usd != null && batch.cost_usd >= batch.max_cost_usd;
  const close = () => setAsked(null);
  return (
    <>
      {batch.status === 'running' ? <Button variant="default" leftSection={<Pause size={15} aria-hidden />} loading={pause.isPending} onClick={() => pause.mutate(undefined)}>Pause</Button> : null}
      {batch.status === 'paused' ? <Button leftSection={<Play size={15} aria-hidden />} loading={resume.isPending} onClick={() => (isSpent ? setAsked('resume') : resume.mutate(undefined))}>Resume</Button> : null}
      {batch.status === 'running' || batch.status === 'paused' ? <Button variant="default" leftSection={<Ban size={15} aria-hidden />} onClick={() => setAsked('cancel')}>Cancel</Button> : null}
      {lost > 0 ? <Button variant="default" leftSection={<RotateCcw size={15} aria-hidden />} loading={retry.isPending} onClick={() => retry.mutate(undefined)}>Retry {formatCount(lost)}</Button> : null}
      <Menu target={<Button variant="default" leftSection={<Download size={15} aria-hidden />}>Download</Button>}>
        <MenuItem link={(props) => <a href={resultsUrl(batch.id, 'csv')} download {...props} />}>CSV, for a spreadsheet</MenuItem>
        <MenuItem link={(props) => <a href={resultsUrl(batch.id, 'jsonl')} download {...props} />}>JSON lines</MenuItem>
      </Menu>
      {asked === 'cancel' ? (
        <ConfirmDialog title="Cancel this batch?" action="Cancel the batch" isDangerous isBusy={cancel.isPending} close={close} confirm={() => cancel.mutate(undefined, { onSuccess: close })}>
          What runs is cancelled, and {plural(batch.rows_pending, 'row')} will not be started. What has been made stays.
        </ConfirmDialog>
      ) : null}
      {asked === 'resume' ? <MoreCost batch={batch} isBusy={resume.isPending} go={(limit) => resume.mutate(limit, { onSuccess: close })} close={close} /> : null}
    </>
  );
}

function Rows({ batch, status }: { batch: Batch; status: RowStatus | undefined }) {
  const query = useInfiniteQuery(rowsQuery(batch.id, status, isMoving(batch)));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {query.error ? <LoadError error={query.error} isStale={query.data !== undefined} retry={() => void query.refetch()} /> : null}
      {query.data && rows.length === 0 ? <p className={classes.none}>No rows are {status}.</p> : null}
      {rows.length > 0 ? (
        <div className={classes.scroll}>
          <table className={classes.table} aria-label="Rows">
            <thead><tr><th scope="col">Row</th><th scope="col">Status</th>{batch.param_names.map((name) => <th key={name} scope="col">{name}</th>)}<th scope="col">Cost</th></tr></thead>
            <tbody>{rows.map((row) => <Row key={row.number} row={row} names={batch.param_names} />)}</tbody>
          </table>
        </div>
      ) : null}
      {query.hasNextPage ? <Button variant="default" mt="md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button> : null}
    </>
  );
}

function Row({ row, names }: { row: BatchItem; names: readonly string[] }) {
  const params = (row.params ?? {}) as Record<string, unknown>;
  const badge = <StatusBadge status={row.status} size="sm" />;
  return (
    <>
      <tr>
        <td className={classes.number}>{row.number}</td>
        <td>{row.execution_id ? <Link to="/executions/:executionId" params={{ executionId: row.execution_id }} aria-label={`The execution of row ${row.number}, ${row.status}`}>{badge}</Link> : badge}</td>
        {names.map((name) => <td key={name} className={classes.value}>{cellOf(params[name])}</td>)}
        <td className={classes.number}>{row.cost_usd ? formatCost(row.cost_usd) : ''}</td>
      </tr>
      {row.error_message && row.status !== 'pending' ? <tr className={classes.why}><td /><td colSpan={names.length + 2}>{row.error_message}</td></tr> : null}
    </>
  );
}

/** A value, as a cell shows it. */
export function cellOf(value: unknown): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
