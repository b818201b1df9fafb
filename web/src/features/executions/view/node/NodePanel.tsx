import { CloseButton, Select } from '@mantine/core';
import { useState } from 'react';
import type { Job } from '../../../../api/types';
import type { GraphNode } from '../../../../graph/model';
import { kindOf } from '../../../../shared/nodeKinds';
import type { NodeRun } from '../../model/jobs';
import { JobDetails } from './JobDetails';
import classes from './NodePanel.module.css';

interface Props {
  id: string;
  node: GraphNode | undefined;
  run: NodeRun | undefined;
  close: () => void;
}

/** Everything that is known of one node of an execution. */
export function NodePanel({ id, node, run, close }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const jobs = run?.jobs ?? [];
  const job = jobs.find(({ node_id: jobNode }) => jobNode === (chosen ?? id)) ?? jobs.find((one) => one.status === 'failed') ?? jobs[0];
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
        {jobs.length > 1 ? (
          <Select
            label={`Item (${jobs.length})`} value={job?.node_id ?? null} onChange={setChosen} allowDeselect={false} searchable
            data={jobs.map(optionOf)} maxDropdownHeight={280}
          />
        ) : null}
        {job ? <JobDetails key={job.node_id} job={job} /> : <p className={classes.none}>This node has not started. It runs when what it waits for is done.</p>}
      </div>
    </aside>
  );
}

function optionOf(job: Job) {
  const item = job.node_id.slice(job.node_id.indexOf('#') + 1).split('#').map((index) => Number(index) + 1).join('.');
  return { value: job.node_id, label: `Item ${item} — ${job.status}` };
}
