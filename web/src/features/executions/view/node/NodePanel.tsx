import { CloseButton } from '@mantine/core';
import { useDeferredValue, useState } from 'react';
import type { GraphNode } from '../../../../graph/model';
import { kindOf } from '../../../../shared/nodeKinds';
import type { NodeRun } from '../../model/jobs';
import { Decision } from './Decision';
import { ItemList } from './ItemList';
import { JobDetails } from './JobDetails';
import classes from './NodePanel.module.css';

interface Props {
  executionId: string;
  id: string;
  node: GraphNode | undefined;
  run: NodeRun | undefined;
  /** Whether the graph is there, and the node is not in it. */
  isUnknown: boolean;
  close: () => void;
}

/** Everything that is known of one node of an execution. */
export function NodePanel({ executionId, id, node, run, isUnknown, close }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  // The head comes with the click, all else a moment later.
  const isReady = useDeferredValue(true, false);
  const jobs = run?.jobs ?? [];
  const job = jobs.find(({ node_id: jobNode }) => jobNode === (chosen ?? id)) ?? jobs.find((one) => one.status === 'failed') ?? jobs.find((one) => one.status === 'waiting') ?? jobs[0];
  const { icon: Icon, hue, name } = kindOf(node?.type ?? job?.job_type ?? 'default');

  return (
    <aside className={classes.panel} aria-label={`Node ${node?.label ?? id}`} data-hue={hue} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <div className={classes.head}>
        <span className={classes.icon}><Icon size={18} aria-hidden /></span>
        <div className={classes.names}>
          <h2 className={classes.label}>{node?.label ?? id}</h2>
          <span className={classes.kind}>{name} · {id}</span>
        </div>
        <CloseButton onClick={close} aria-label="Close the node" />
      </div>
      <div className={classes.body}>
        {isReady && jobs.length > 1 ? <ItemList jobs={jobs} chosen={job} choose={setChosen} /> : null}
        {isReady && job ? <Decision executionId={executionId} job={job} /> : null}
        {isReady && job ? <JobDetails key={job.node_id} job={job} /> : null}
        {job ? null : <p className={classes.none}>{isUnknown ? 'There is no such node in this execution.' : 'This node has not started. It runs when what it waits for is done.'}</p>}
      </div>
    </aside>
  );
}
