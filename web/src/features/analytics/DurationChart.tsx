import { LineChart } from '@mantine/charts';
import type { components } from '../../api/schema';
import { formatDuration } from '../../shared/format';
import classes from './AnalyticsPage.module.css';
import { formatDay } from './days';

interface Props {
  days: readonly string[];
  rows: readonly components['schemas']['DurationRow'][];
}

const series = [
  { name: 'p50_seconds', label: 'p50', color: 'var(--completed)' },
  { name: 'p95_seconds', label: 'p95', color: 'var(--paused)' },
];

/** How long completed executions took. */
export function DurationChart({ days, rows }: Props) {
  const byDay = new Map(rows.map((row) => [row.execution_date, row]));
  const data = days.map((day) => ({ day, ...byDay.get(day) }));
  return (
    <section className={classes.card} aria-label="Duration of completed executions">
      <h2 className={classes.title}>Duration <span className={classes.hint}>of completed executions: half took no longer than p50, 19 of 20 no longer than p95</span></h2>
      {rows.length === 0 ? <p className={classes.none}>No execution completed in these days.</p> : (
        <LineChart
          h={230} data={data} dataKey="day" series={series} curveType="monotone" connectNulls withLegend tickLine="none" gridAxis="x" valueFormatter={formatDuration} legendProps={{ verticalAlign: 'top', align: 'right' }}
          xAxisProps={{ tickFormatter: formatDay, minTickGap: 28 }} yAxisProps={{ width: 84 }} lineProps={{ isAnimationActive: false }} strokeWidth={2.2} dotProps={{ r: 3 }} tooltipProps={{ labelFormatter: (day) => formatDay(String(day)) }}
        />
      )}
    </section>
  );
}
