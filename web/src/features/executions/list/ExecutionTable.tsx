import { Link } from '@tanstack/react-router';
import type { ExecutionRow } from '../../../api/types';
import { isEnded } from '../../../api/types';
import { useNow } from '../../../shared/clock';
import { formatAgo, formatCost, formatDateTime, formatDuration } from '../../../shared/format';
import { StatusBadge } from '../../../shared/StatusBadge';
import { ProgressBar } from '../ProgressBar';
import { secondsOf } from '../model/jobs';
import classes from './ExecutionTable.module.css';

interface Props {
  rows: readonly ExecutionRow[];
  names: ReadonlyMap<string, string>;
}

export function ExecutionTable({ rows, names }: Props) {
  const now = useNow();
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Workflow</th>
            <th scope="col">Status</th>
            <th scope="col" className={classes.progress}>Progress</th>
            <th scope="col">Started</th>
            <th scope="col" className={classes.number}>Duration</th>
            <th scope="col" className={classes.number}>Cost</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className={classes.name}>
                <Link to="/executions/$executionId" params={{ executionId: row.id }} className={classes.link}>{names.get(row.template_id) ?? row.template_id}</Link>
                <span className={classes.id}>{row.id}</span>
                {row.error_message ? <span className={classes.error}>{row.error_message}</span> : null}
              </td>
              <td><StatusBadge status={row.status} /></td>
              <td className={classes.progress}><ProgressBar percent={row.progress_percent ?? 0} status={row.status} label={`Progress of ${row.id}`} /></td>
              <td title={formatDateTime(row.started_at ?? row.created_at)} className={classes.when}>{formatAgo(row.started_at ?? row.created_at, now)}</td>
              <td className={classes.number}>
                {formatDuration(secondsOf({ startedAt: row.started_at ?? null, completedAt: isEnded(row.status) ? row.completed_at ?? null : null }, now))}
              </td>
              <td className={classes.number}>{formatCost(row.total_cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
