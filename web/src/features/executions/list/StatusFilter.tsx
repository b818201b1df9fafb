import { executionStatuses, type ExecutionStatus } from '../../../api/types';
import classes from './StatusFilter.module.css';

interface Props {
  value: ExecutionStatus | undefined;
  change: (status: ExecutionStatus | undefined) => void;
}

export function StatusFilter({ value, change }: Props) {
  return (
    <div className={classes.chips} role="group" aria-label="Status">
      {[undefined, ...executionStatuses].map((status) => (
        <button key={status ?? 'all'} type="button" className={classes.chip} data-status={status} aria-pressed={status === value} onClick={() => change(status)}>
          {status ? <span className={classes.dot} aria-hidden /> : null}
          {status ?? 'all'}
        </button>
      ))}
    </div>
  );
}
