import type { components } from '../../api/schema';
import { formatDuration } from '../../shared/format';
import classes from './AnalyticsPage.module.css';
import { Plot, type Line } from './Plot';
import { timeSteps } from './ticks';

type Row = components['schemas']['DurationRow'];

interface Props {
  days: readonly string[];
  rows: readonly Row[];
}

const fields = { p50: 'p50_seconds', p95: 'p95_seconds' } as const;
const lines = [{ name: 'p50', label: 'p50', color: 'var(--completed)' }, { name: 'p95', label: 'p95', color: 'var(--paused)' }] as const;

/** How long completed executions took. */
export function DurationChart({ days, rows }: Props) {
  const byDay = new Map(rows.map((row) => [row.execution_date, row]));
  const valueOf = (day: string, { name }: Line) => byDay.get(day)?.[fields[name as keyof typeof fields]];
  const place = (index: number) => ((index + 0.5) / days.length) * 100;
  return (
    <section className={classes.card} aria-label="Duration of completed executions">
      <h2 className={classes.title}>Duration <span className={classes.hint}>of completed executions: half took no longer than p50, 19 of 20 no longer than p95</span></h2>
      {rows.length === 0 ? <p className={classes.none}>No execution completed in this period.</p> : (
        <Plot days={days} lines={lines} steps={timeSteps} format={formatDuration} largest={Math.max(...rows.map((row) => row.p95_seconds ?? 0))} valueOf={valueOf}>
          {(share) => lines.map((line) => {
            const points = days.flatMap((day, index) => {
              const value = valueOf(day, line);
              return value === undefined ? [] : [{ x: place(index), y: 100 - share(value) * 100 }];
            });
            return (
              <div key={line.name} className={classes.line} style={{ color: line.color }} aria-hidden>
                <svg viewBox="0 0 100 100" preserveAspectRatio="none"><polyline points={points.map(({ x, y }) => `${x},${y}`).join(' ')} vectorEffect="non-scaling-stroke" /></svg>
                {points.map(({ x, y }) => <span key={x} className={classes.point} style={{ left: `${x}%`, top: `${y}%` }} />)}
              </div>
            );
          })}
        </Plot>
      )}
    </section>
  );
}
