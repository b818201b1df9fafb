import { BarChart } from '@mantine/charts';
import type { ExecutionStatus } from '../../api/types';
import { capital, formatCount } from '../../shared/format';
import classes from './AnalyticsPage.module.css';
import { formatDay } from './days';

// What ended well is at the bottom, what did not on top.
const order: readonly ExecutionStatus[] = ['completed', 'running', 'pending', 'paused', 'cancelled', 'failed'];

/** Executions by day and status. */
export function ExecutionsChart({ data, open }: { data: Record<string, string | number>[]; open: (day: string, status: ExecutionStatus) => void }) {
  const shown = order.filter((status) => data.some((day) => Number(day[status]) > 0));
  const series = shown.map((status) => ({ name: status, label: capital(status), color: `var(--${status})` }));
  return (
    <section className={classes.card} aria-label="Executions by day">
      <h2 className={classes.title}>Executions by day <span className={classes.hint}>choose a bar to see its executions</span></h2>
      <BarChart
        h={250} data={data} dataKey="day" type="stacked" series={series} withLegend tickLine="none" gridAxis="x" valueFormatter={formatCount} legendProps={{ verticalAlign: 'top', align: 'right' }}
        xAxisProps={{ tickFormatter: formatDay, minTickGap: 28 }} yAxisProps={{ width: 44, allowDecimals: false }} barProps={({ name }) => ({ isAnimationActive: false, cursor: 'pointer', onClick: (bar: { payload?: { day?: string } }) => bar.payload?.day && open(bar.payload.day, name as ExecutionStatus) })} maxBarWidth={38} tooltipProps={{ labelFormatter: (day) => formatDay(String(day)) }}
      />
    </section>
  );
}
