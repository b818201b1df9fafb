import type { ExecutionStatus } from '../../api/types';
import { capital, formatCount } from '../../shared/format';
import { Link } from '../../shared/routing';
import classes from './AnalyticsPage.module.css';
import { formatDay } from './days';
import { Plot } from './Plot';
import { countSteps } from './ticks';

// What ended well is at the bottom, what did not on top.
const order: readonly ExecutionStatus[] = ['completed', 'running', 'pending', 'paused', 'cancelled', 'failed'];

interface Props {
  data: readonly Record<string, string | number>[];
  workspace: string | undefined;
}

/** Executions by day and status; each bar leads to those that it counts. */
export function ExecutionsChart({ data, workspace }: Props) {
  const shown = order.filter((status) => data.some((day) => Number(day[status]) > 0));
  const byDay = new Map(data.map((day) => [String(day.day), day]));
  const count = (day: string, status: string) => Number(byDay.get(day)?.[status] ?? 0);
  const days = [...byDay.keys()];
  return (
    <section className={classes.card} aria-label="Executions by day">
      <h2 className={classes.title}>Executions by day <span className={classes.hint}>choose a bar to see its executions</span></h2>
      <Plot
        days={days} lines={shown.map((status) => ({ name: status, label: capital(status), color: `var(--${status})` }))} steps={countSteps} format={formatCount}
        largest={Math.max(...days.map((day) => shown.reduce((sum, status) => sum + count(day, status), 0)))} valueOf={(day, { name }) => count(day, name)}
        column={(day, share) => shown.filter((status) => count(day, status) > 0).map((status) => (
          <Link
            key={status} to="/executions" search={{ status, workspace, from: day, to: day }} className={classes.segment} data-status={status} style={{ height: `${share(count(day, status)) * 100}%` }}
            aria-label={`${formatDay(day)}: ${formatCount(count(day, status))} ${status}`}
          />
        ))}
      />
    </section>
  );
}
