import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ListedExecution } from '../../../api/types';
import { isEnded } from '../../../api/types';
import { useNow } from '../../../shared/clock';
import { formatAgo, formatCost, formatDateTime, formatDuration } from '../../../shared/format';
import { StatusBadge } from '../../../shared/StatusBadge';
import { ProgressBar } from '../ProgressBar';
import { secondsOf } from '../model/runs';
import classes from './ExecutionTable.module.css';

interface Props {
  rows: readonly ListedExecution[];
  names: ReadonlyMap<string, string>;
  chosen: ReadonlySet<string>;
  choose: (ids: ReadonlySet<string>) => void;
}

export function ExecutionTable({ rows, names, chosen, choose }: Props) {
  const now = useNow();
  const isAll = rows.length > 0 && rows.every((row) => chosen.has(row.id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose(next);
  };
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col" className={classes.check}>
              <Checkbox size="xs" aria-label="Choose all" checked={isAll} indeterminate={!isAll && chosen.size > 0} onChange={() => choose(isAll ? new Set() : new Set(rows.map((row) => row.id)))} />
            </th>
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
            <tr key={row.id} data-chosen={chosen.has(row.id) || undefined}>
              <td className={classes.check}><Checkbox size="xs" aria-label={`Choose ${names.get(row.template_id) ?? row.template_id}, ${row.id}`} checked={chosen.has(row.id)} onChange={() => toggle(row.id)} /></td>
              <td className={classes.name}>
                <Link to="/executions/$executionId" params={{ executionId: row.id }} className={classes.link}>{names.get(row.template_id) ?? row.template_id}</Link>
                <span className={classes.id}>{row.id}</span>
                {row.error_message ? <span className={classes.error}>{row.error_message}</span> : null}
              </td>
              <td>
                <StatusBadge status={row.status} />
                {row.queue_position && !row.parent_execution_id ? <span className={classes.place}>number {row.queue_position} in line</span> : null}
              </td>
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
