import { Checkbox } from '@mantine/core';
import type { ListedExecution } from '../../../api/types';
import { isEnded } from '../../../api/types';
import { useNow } from '../../../shared/clock';
import { formatAgo, formatCost, formatDateTime, formatDuration } from '../../../shared/format';
import { Link } from '../../../shared/routing';
import { StatusBadge } from '../../../shared/StatusBadge';
import { ProgressBar } from '../ProgressBar';
import { secondsOf } from '../model/runs';
import { StartedBy } from '../StartedBy';
import { columns, type Column } from './columns';
import classes from './ExecutionTable.module.css';

interface Props {
  rows: readonly ListedExecution[];
  names: ReadonlyMap<string, string>;
  shown: readonly Column[];
  chosen: ReadonlySet<string>;
  choose: (ids: ReadonlySet<string>) => void;
}

const isNumber = (column: Column) => column === 'duration' || column === 'cost';

export function ExecutionTable({ rows, names, shown, chosen, choose }: Props) {
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
              <Checkbox size="xs" aria-label="Select all" checked={isAll} indeterminate={!isAll && chosen.size > 0} onChange={() => choose(isAll ? new Set() : new Set(rows.map((row) => row.id)))} />
            </th>
            <th scope="col">Workflow</th>
            <th scope="col">Status</th>
            {shown.map((column) => <th key={column} scope="col" className={isNumber(column) ? classes.number : column === 'progress' ? classes.progress : undefined}>{columns[column]}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-chosen={chosen.has(row.id) || undefined}>
              <td className={classes.check}><Checkbox size="xs" aria-label={`Select ${names.get(row.template_id) ?? row.template_id}, ${row.id}`} checked={chosen.has(row.id)} onChange={() => toggle(row.id)} /></td>
              <td className={classes.name}>
                <Link to="/executions/:executionId" params={{ executionId: row.id }} className={classes.link}>{names.get(row.template_id) ?? row.template_id}</Link>
                {row.error_message ? <span className={classes.error} title={row.error_message}>{row.error_message}</span> : null}
              </td>
              <td>
                <StatusBadge status={row.status} size="sm" />
                {row.is_waiting ? <span className={classes.waiting} title="A node waits for a person or a signal"><StatusBadge status="waiting" size="sm" /></span> : null}
                {row.queue_position && !row.parent_execution_id ? <span className={classes.place}>number {row.queue_position} in line</span> : null}
              </td>
              {shown.map((column) => <Cell key={column} column={column} row={row} now={now} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ column, row, now }: { column: Column; row: ListedExecution; now: number }) {
  switch (column) {
    case 'progress': return <td className={classes.progress}><ProgressBar percent={row.progress_percent ?? 0} status={row.status} label={`Progress of ${row.id}`} /></td>;
    case 'by': return <td className={classes.by}><StartedBy execution={row} isShort /></td>;
    case 'started': return <td title={formatDateTime(row.started_at ?? row.created_at)} className={classes.when}>{formatAgo(row.started_at ?? row.created_at, now)}</td>;
    case 'duration': return <td className={classes.number}>{formatDuration(secondsOf({ startedAt: row.started_at ?? null, completedAt: isEnded(row.status) ? row.completed_at ?? null : null }, now))}</td>;
    case 'cost': return <td className={classes.number}>{formatCost(row.total_cost)}</td>;
    case 'workspace': return <td className={classes.when}>{row.workspace_id}</td>;
    case 'id': return <td className={classes.when}><code className={classes.id}>{row.id}</code></td>;
  }
}
