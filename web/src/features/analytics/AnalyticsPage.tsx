import { SegmentedControl, Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChartColumn } from 'lucide-react';
import { useMemo } from 'react';
import type { ExecutionStatus } from '../../api/types';
import { EmptyState } from '../../shared/EmptyState';
import { formatClock, formatCost, formatCount, formatDuration } from '../../shared/format';
import { LoadError } from '../../shared/LoadError';
import { PageHead } from '../../shared/PageHead';
import { useNavigate, useSearch } from '../../shared/routing';
import classes from './AnalyticsPage.module.css';
import { DurationChart } from './DurationChart';
import { ExecutionsChart } from './ExecutionsChart';
import { NodeTable } from './NodeTable';
import { durationQuery, durationsQuery, nodesQuery, summaryQuery, usageQuery, type Span } from './queries';
import { daysBetween, lastDays, perDay, totalsBy } from './series';
import { Tile } from './Tile';
import { UsageTable } from './UsageTable';

const spans = [{ value: '7', label: '7 days' }, { value: '30', label: '30 days' }, { value: '90', label: '90 days' }];

/** How much runs, how long it takes, what it costs, and where it goes wrong. */
export function AnalyticsPage() {
  const { days = 30, workspace } = useSearch({ from: '/analytics' });
  const navigate = useNavigate({ from: '/analytics' });
  const client = useQueryClient();
  const { from, to } = lastDays(days);
  const span: Span = { from, to, workspace_id: workspace };
  const summary = useQuery(summaryQuery(span));
  const everywhere = useQuery(summaryQuery({ from, to }));
  const durations = useQuery(durationsQuery(span));
  const duration = useQuery(durationQuery(span));
  const usage = useQuery(usageQuery(span));
  const slowest = useQuery(nodesQuery(span, 'slowest'));
  const failing = useQuery(nodesQuery(span, 'failing'));
  const allDays = useMemo(() => daysBetween(from, to), [from, to]);
  const series = useMemo(() => perDay(summary.data ?? [], allDays), [summary.data, allDays]);
  const rows = summary.data ?? [];
  const count = (status?: string) => rows.filter((row) => !status || row.status === status).reduce((sum, row) => sum + (row.total_executions ?? 0), 0);
  const [total, failed, completed] = [count(), count('failed'), count('completed')];
  const cost = rows.reduce((sum, row) => sum + (row.total_cost ?? 0), 0);
  const workspaces = [...new Set((everywhere.data ?? []).map((row) => row.workspace_id))].sort();
  const error = summary.error ?? durations.error ?? duration.error ?? usage.error ?? slowest.error ?? failing.error;
  const hasData = summary.data !== undefined;
  const isEmpty = summary.data?.length === 0 && usage.data?.length === 0;
  const runs = (status?: ExecutionStatus) => ({ to: '/executions' as const, search: { status, workspace, from, to } });

  return (
    <div className={classes.page}>
      <PageHead title="Analytics" subtitle={`By the day on which executions were started, in UTC.${summary.dataUpdatedAt ? ` As of ${formatClock(summary.dataUpdatedAt)}.` : ''}`}>
        <Select
          className={classes.select} aria-label="Workspace" placeholder="All workspaces" clearable searchable value={workspace ?? null} data={workspaces} clearButtonProps={{ 'aria-label': 'All workspaces' }}
          onChange={(value) => void navigate({ search: (search) => ({ ...search, workspace: value ?? undefined }), replace: true })}
        />
        <SegmentedControl data={spans} value={String(days)} onChange={(value) => void navigate({ search: (search) => ({ ...search, days: Number(value) }), replace: true })} aria-label="Span of time" />
      </PageHead>
      {error ? <LoadError error={error} isStale={hasData} retry={() => void client.invalidateQueries({ queryKey: ['analytics'] })} /> : null}
      {isEmpty ? (
        <EmptyState icon={ChartColumn} title="No executions in this period" text="Run a workflow, and its numbers show here within a minute." />
      ) : !hasData ? null : (
        <div className={classes.content}>
          <dl className={classes.tiles}>
            <Tile name="Executions" value={formatCount(total)} link={runs()} />
            <Tile name="Completed" value={total === 0 ? '—' : `${Math.round((completed / total) * 100)} %`} />
            <Tile name="Failed" value={formatCount(failed)} isBad={failed > 0} link={runs('failed')} />
            <Tile name="Duration, p50" value={formatDuration(duration.data?.p50_seconds)} />
            <Tile name="Duration, p95" value={formatDuration(duration.data?.p95_seconds)} />
            <Tile name="Cost" value={formatCost(cost)} />
          </dl>
          <ExecutionsChart data={series} workspace={workspace} />
          <DurationChart days={allDays} rows={durations.data ?? []} />
          <div className={classes.pair}>
            <UsageTable title="Cost and tokens by node type" totals={totalsBy(usage.data ?? [], 'job_type')} isType />
            <UsageTable title="Cost and tokens by workspace" totals={totalsBy(usage.data ?? [], 'workspace_id')} />
          </div>
          <div className={classes.pair}>
            <NodeTable title="Slowest nodes" by="slowest" rows={slowest.data ?? []} />
            <NodeTable title="Nodes that fail most" by="failing" rows={failing.data ?? []} />
          </div>
        </div>
      )}
    </div>
  );
}
