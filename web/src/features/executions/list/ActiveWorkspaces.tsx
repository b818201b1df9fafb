import { useQuery } from '@tanstack/react-query';
import { useNow } from '../../../shared/clock';
import { formatAgo, formatCount } from '../../../shared/format';
import { activeWorkspacesQuery } from '../queries';
import classes from './ActiveWorkspaces.module.css';

interface Props {
  chosen: string | undefined;
  choose: (workspace: string | undefined) => void;
}

/** How much is going on in each workspace; one of them narrows the list. */
export function ActiveWorkspaces({ chosen, choose }: Props) {
  const { data } = useQuery(activeWorkspacesQuery);
  const now = useNow();
  if (!data || data.length === 0) return null;
  return (
    <section className={classes.active} aria-label="Active by workspace">
      <h2 className={classes.title}>Active now</h2>
      <ul className={classes.list}>
        {data.map((workspace) => (
          <li key={workspace.workspace_id}>
            <button type="button" className={classes.one} aria-pressed={chosen === workspace.workspace_id} onClick={() => choose(chosen === workspace.workspace_id ? undefined : workspace.workspace_id)}>
              <span className={classes.count}>{formatCount(workspace.active_count)}</span>
              <span className={classes.words}>
                <span className={classes.name}>{workspace.workspace_id}</span>
                <span className={classes.more}>{workspace.statuses} · oldest {formatAgo(workspace.oldest_active, now)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
