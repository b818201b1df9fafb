import '@mantine/charts/styles.css';
import { Button, SegmentedControl, Select } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ChartColumn, RefreshCw } from 'lucide-react';
import { useMemo } from 'react';
import { api, unwrap } from '../../api/client';
import { EmptyState } from '../../shared/EmptyState';
import { formatCost, formatCount, formatDuration } from '../../shared/format';
import { LoadError } from '../../shared/LoadError';
import { PageHead } from '../../shared/PageHead';
import { toastDone, toastError } from '../../shared/toast';
import classes from './AnalyticsPage.module.css';
import { DurationChart } from './DurationChart';
import { ExecutionsChart } from './ExecutionsChart';
import { NodeTable } from './NodeTable';
import { durationsQuery, nodesQuery, summaryQuery, usageQuery, type Span } from './queries';
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
  const usage = useQuery(usageQuery(span));
  const slowest = useQuery(nodesQuery(span, 'slowest'));
  const failing = useQuery(nodesQuery(span, 'failing'));
  const refresh = useMutation({
    mutationFn: () => unwrap(api.POST('/api/admin/analytics/refresh')),
    onSuccess: () => toastDone('Up to date'),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ['analytics'] }),
  });

  const allDays = useMemo(() => daysBetween(from, to), [from, to]);
  const series = useMemo(() => perDay(summary.data ?? [], allDays), [summary.data, allDays]);
  const rows = summary.data ?? [];
  const count = (status?: string) => rows.filter((row) => !status || row.status === status).reduce((sum, row) => sum + (row.total_executions ?? 0), 0);
  const [total, failed, completed] = [count(), count('failed'), count('completed')];
  const cost = rows.reduce((sum, row) => sum + (row.total_cost ?? 0), 0);
  const medians = durations.data ?? [];
  const ran = medians.reduce((sum, day) => sum + (day.executions ?? 0), 0);
  const typical = ran === 0 ? null : medians.reduce((sum, day) => sum + (day.p50_seconds ?? 0) * (day.executions ?? 0), 0) / ran;
  const workspaces = [...new Set((everywhere.data ?? []).map((row) => row.workspace_id))].sort();
  const error = summary.error ?? durations.error ?? usage.error ?? slowest.error ?? failing.error;
  const isEmpty = summary.data?.length === 0 && usage.data?.length === 0;

  return (
    <div className={classes.page}>
      <PageHead title="Analytics" subtitle="By the day on which executions were started, in UTC">
        <Select
          className={classes.select} aria-label="Workspace" placeholder="All workspaces" clearable searchable value={workspace ?? null} data={workspaces} clearButtonProps={{ 'aria-label': 'All workspaces' }}
          onChange={(value) => void navigate({ search: (search) => ({ ...search, workspace: value ?? undefined }), replace: true })}
        />
        <SegmentedControl data={spans} value={String(days)} onChange={(value) => void navigate({ search: (search) => ({ ...search, days: Number(value) }), replace: true })} aria-label="Span of time" />
        <Button variant="default" leftSection={<RefreshCw size={15} aria-hidden />} loading={refresh.isPending} onClick={() => refresh.mutate()} title="The numbers by day are brought up to date every hour">Bring up to date</Button>
      </PageHead>
      {error ? <LoadError error={error} retry={() => void client.invalidateQueries({ queryKey: ['analytics'] })} /> : null}
      {isEmpty ? (
        <EmptyState icon={ChartColumn} title="There is nothing to count yet" text="Run a workflow, and bring the numbers up to date: that is done every hour, and by the button.">
          <Button onClick={() => refresh.mutate()} loading={refresh.isPending}>Bring up to date</Button>
        </EmptyState>
      ) : (
        <div className={classes.content}>
          <dl className={classes.tiles}>
            <Tile name="Executions" value={formatCount(total)} />
            <Tile name="Completed" value={total === 0 ? '—' : `${Math.round((completed / total) * 100)} %`} />
            <Tile name="Failed" value={formatCount(failed)} isBad={failed > 0} />
            <Tile name="Median duration" value={formatDuration(typical)} />
            <Tile name="Cost" value={formatCost(cost)} />
          </dl>
          <ExecutionsChart data={series} />
          <DurationChart days={allDays} rows={medians} />
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
