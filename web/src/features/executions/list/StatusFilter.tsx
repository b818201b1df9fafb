import { listedStatuses, type ListedStatus } from '../queries';
import classes from './StatusFilter.module.css';

interface Props {
  value: ListedStatus | undefined;
  change: (status: ListedStatus | undefined) => void;
}

export function StatusFilter({ value, change }: Props) {
  return (
    <div className={classes.chips} role="group" aria-label="Status">
      {[undefined, ...listedStatuses].map((status) => (
        <button
          key={status ?? 'all'} type="button" className={classes.chip} data-status={status} aria-pressed={status === value} onClick={() => change(status)}
          title={status === 'waiting' ? 'A node waits for a person or a signal' : undefined}
        >
          {status ? <span className={classes.dot} aria-hidden /> : null}
          {status ?? 'all'}
        </button>
      ))}
    </div>
  );
}
