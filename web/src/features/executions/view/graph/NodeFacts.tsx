import { RefreshCw } from 'lucide-react';
import { useNow } from '../../../../shared/clock';
import { formatCost, formatDuration } from '../../../../shared/format';
import { secondsOf } from '../../model/jobs';
import classes from './NodeFacts.module.css';
import type { RunNodeData } from './toFlow';

/** What became of a node so far, in a line: status, time, attempts, cost. */
export function NodeFacts({ data }: { data: RunNodeData }) {
  const { status, attempts, cost, jobs, done, failed } = data;
  return (
    <div className={classes.facts} data-status={status ?? 'none'}>
      <span className={classes.status}><span className={classes.dot} aria-hidden />{status ?? 'not started'}</span>
      {jobs > 1 ? <span title={`${done} of ${jobs} items done`}>{done}/{jobs}</span> : null}
      {failed > 0 ? <span className={classes.failed}>{failed} failed</span> : null}
      {attempts > 1 ? <span className={classes.attempts} title={`${attempts} attempts`}><RefreshCw size={10} aria-hidden />{attempts}</span> : null}
      {cost > 0 ? <span>{formatCost(cost)}</span> : null}
      <span className={classes.time}>{status === 'skipped' ? '' : <Time data={data} />}</span>
    </div>
  );
}

function Time({ data }: { data: RunNodeData }) {
  const isTicking = data.startedAt !== null && data.completedAt === null && (data.status === 'running' || data.status === 'waiting');
  const now = useNow(isTicking);
  return isTicking || data.completedAt ? formatDuration(secondsOf(data, now)) : null;
}
