import { Button } from '@mantine/core';
import { UserCheck } from 'lucide-react';
import { memo } from 'react';
import type { Job } from '../../../api/types';
import type { Graph } from '../../../graph/model';
import { plural } from '../../../shared/format';
import { baseNodeId } from '../model/jobs';
import classes from './WaitingNotice.module.css';

interface Props {
  jobs: readonly Job[];
  graph: Graph | undefined;
  selected: string | undefined;
  select: (node: string) => void;
}

/** Says that a person has to do something before the execution goes on. */
export const WaitingNotice = memo(function WaitingNotice({ jobs, graph, selected, select }: Props) {
  const waiting = jobs.filter((job) => job.status === 'waiting' && (job.job_type === 'approval' || job.job_type === 'wait_for_signal'));
  const first = waiting[0];
  if (!first) return null;
  const nodeOf = (job: Job) => graph?.nodes.find((node) => node.id === job.node_id || node.id === baseNodeId(job.node_id));
  const node = nodeOf(first)?.id ?? first.node_id;
  const isSignal = first.job_type === 'wait_for_signal';
  return (
    <div className={classes.notice} role="status">
      <UserCheck size={17} aria-hidden />
      <span>
        {waiting.length > 1 ? `${plural(waiting.length, 'node')} wait for somebody, ` : ''}
        <b>{nodeOf(first)?.label ?? first.node_id}</b> {isSignal ? 'waits for a signal.' : 'waits for a decision.'}
      </span>
      {selected === node ? null : <Button size="xs" variant="white" className={classes.button} onClick={() => select(node)}>{isSignal ? 'Send it' : 'Decide'}</Button>}
    </div>
  );
});
