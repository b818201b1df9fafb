import { CloseButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { ExecutionDetails, ExecutionEvent } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { kindOf } from '../../../../shared/nodeKinds';
import type { NodeRun } from '../../model/runs';
import { firstJobQuery } from '../../queries';
import classes from './Inspector.module.css';
import { ItemList } from './ItemList';
import { JobDetails } from './JobDetails';

interface Props {
  execution: ExecutionDetails;
  id: string;
  graph: Graph | undefined;
  run: NodeRun | undefined;
  events: readonly ExecutionEvent[];
  close: () => void;
}

/** Everything that is known of one node of an execution. */
export function Inspector({ execution, id, graph, run, events, close }: Props) {
  // The head comes with the click, all else a moment later.
  const isReady = useDeferredValue(true, false);
  const node = graph?.nodes.find((one) => one.id === id);
  const { icon: Icon, hue, name } = kindOf(node?.type ?? run?.type ?? 'default');
  const label = node?.label ?? id;
  return (
    <aside className={classes.panel} aria-label={`Node ${label}`} data-hue={hue} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <div className={classes.head}>
        <span className={classes.icon}><Icon size={18} aria-hidden /></span>
        <div className={classes.names}>
          <h2 className={classes.label}>{label}</h2>
          <span className={classes.kind}>{name} · {id}</span>
        </div>
        <CloseButton onClick={close} aria-label="Close the node" />
      </div>
      <div className={classes.body}>
        {!run ? <p className={classes.none}>{graph && !node ? 'This execution has no such node.' : 'This node has not started. It runs when the nodes before it are done.'}</p> : null}
        {isReady && run ? (run.total > 1 ? <Items execution={execution} id={id} run={run} graph={graph} /> : <JobDetails execution={execution} nodeId={id} run={run} events={events} graph={graph} />) : null}
      </div>
    </aside>
  );
}

/** A node in the body of a loop: its items, and one of them in detail. What failed or waits comes first. */
function Items({ execution, id, run, graph }: { execution: ExecutionDetails; id: string; run: NodeRun; graph: Graph | undefined }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const urgent = (run.jobs.failed ?? 0) > 0 ? 'failed' : (run.jobs.waiting ?? 0) > 0 ? 'waiting' : null;
  const first = useQuery(firstJobQuery(execution.id, id, urgent)).data;
  const shown = chosen ?? first?.node_id;
  return (
    <>
      <ItemList executionId={execution.id} id={id} run={run} chosen={shown} choose={setChosen} />
      {shown ? <JobDetails key={shown} execution={execution} nodeId={shown} run={run} graph={graph} /> : null}
    </>
  );
}
