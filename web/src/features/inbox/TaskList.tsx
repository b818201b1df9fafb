import type { Task } from '../../api/types';
import { useNow } from '../../shared/clock';
import { formatAgo } from '../../shared/format';
import { useStarter } from '../executions/StartedBy';
import classes from './Inbox.module.css';

interface Props {
  tasks: readonly Task[];
  selected: string | undefined;
  select: (id: string) => void;
}

export function TaskList({ tasks, selected, select }: Props) {
  const now = useNow();
  return (
    <ul className={classes.list} aria-label="Tasks">
      {tasks.map((task) => (
        <li key={task.id}>
          <button type="button" className={classes.one} aria-current={task.id === selected || undefined} onClick={() => select(task.id)}>
            <span className={classes.name}>{task.template_name ?? task.template_id}</span>
            <span className={classes.text}>{task.message ?? task.node_id}</span>
            <span className={classes.hint}>
              {formatAgo(task.opened_at, now)}{task.started_by ? <Starter by={task.started_by} /> : null}{task.due_at && task.status === 'open' ? ` · due ${formatAgo(task.due_at, now)}` : ''}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Starter({ by }: { by: string }) {
  return ` · started by ${useStarter(by).text}`;
}
