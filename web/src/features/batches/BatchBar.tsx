import { formatCount, plural } from '../../shared/format';
import classes from './Batches.module.css';
import { countOf, rowStatuses, type Batch } from './queries';

/** How the rows of a batch stand, as parts of a bar. */
export function BatchBar({ batch }: { batch: Batch }) {
  const ended = batch.rows_completed + batch.rows_failed + batch.rows_cancelled;
  return (
    <div
      className={classes.bar} role="progressbar" aria-valuemin={0} aria-valuemax={batch.rows_total} aria-valuenow={ended}
      aria-label={`${formatCount(ended)} of ${plural(batch.rows_total, 'row')} have ended`}
    >
      {rowStatuses.map((status) => countOf(batch, status) > 0 ? (
        <span key={status} className={classes.part} data-status={status} style={{ flexGrow: countOf(batch, status) }} title={`${formatCount(countOf(batch, status))} ${status}`} />
      ) : null)}
    </div>
  );
}
