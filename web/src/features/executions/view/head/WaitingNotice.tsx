import { Button } from '@mantine/core';
import { UserCheck } from 'lucide-react';
import { memo } from 'react';
import type { Graph } from '../../../../graph/model';
import { plural } from '../../../../shared/format';
import type { Runs } from '../../model/runs';
import classes from './WaitingNotice.module.css';

interface Props {
  runs: Runs;
  graph: Graph | undefined;
  selected: string | undefined;
  select: (node: string) => void;
}

/** Says that a person has to do something before the execution goes on. */
export const WaitingNotice = memo(function WaitingNotice({ runs, graph, selected, select }: Props) {
  const waiting = [...runs].filter(([, run]) => (run.jobs.waiting ?? 0) > 0 && (run.type === 'approval' || run.type === 'wait_for_signal'));
  const first = waiting[0];
  if (!first) return null;
  const [node, { type }] = first;
  const count = waiting.reduce((sum, [, run]) => sum + run.jobs.waiting!, 0);
  const label = graph?.nodes.find((one) => one.id === node)?.label ?? node;
  const isSignal = type === 'wait_for_signal';
  return (
    <div className={classes.notice} role="status">
      <UserCheck size={17} aria-hidden />
      <span>
        {count > 1 ? `${plural(count, 'decision or signal is', 'decisions or signals are')} waited for. ` : ''}
        <b>{label}</b> {isSignal ? 'waits for a signal.' : 'waits for a decision.'}
      </span>
      {selected === node ? null : <Button size="xs" variant="white" className={classes.button} onClick={() => select(node)}>{isSignal ? 'Send it' : 'Decide'}</Button>}
    </div>
  );
});
