import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Flag, GitFork } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../../../api/client';
import type { Checkpoint, ExecutionDetails } from '../../../../api/types';
import { isEnded } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { formatCount, formatDateTime } from '../../../../shared/format';
import { LoadError } from '../../../../shared/LoadError';
import { toastDone, toastError } from '../../../../shared/toast';
import { atCheckpoint } from '../../model/checkpoint';
import { checkpointsQuery } from '../../queries';
import classes from './CheckpointsTab.module.css';
import { ForkDialog } from './ForkDialog';

/** The states from which the execution can go on. */
export default function CheckpointsTab({ execution, graph }: { execution: ExecutionDetails; graph: Graph | undefined }) {
  const { id, status } = execution;
  const [forked, setForked] = useState<Checkpoint | null>(null);
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(checkpointsQuery(id));
  const write = useMutation({
    mutationFn: () => unwrap(api.POST('/api/executions/{id}/checkpoint', { params: { path: { id } }, body: {} })),
    onSuccess: () => toastDone('The checkpoint is being written'),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ['execution', id, 'checkpoints'] }),
  });
  return (
    <div>
      <div className={classes.head}>
        <p className={classes.hint}>A checkpoint records which nodes are done, and their outputs. Fork from one to run the rest again with other params.</p>
        {!isEnded(status) ? <Button size="xs" variant="default" leftSection={<Flag size={14} aria-hidden />} loading={write.isPending} onClick={() => write.mutate()}>Checkpoint now</Button> : null}
      </div>
      {error ? <LoadError error={error} isStale={data !== undefined} retry={() => void refetch()} /> : null}
      {data?.length === 0 ? <p className={classes.hint}>No checkpoint yet.</p> : null}
      <ol className={classes.list}>
        {data?.map((checkpoint) => (
          <li key={checkpoint.id} className={classes.one}>
            <span className={classes.type} data-latest={checkpoint.is_latest || undefined}>{checkpoint.checkpoint_type}{checkpoint.is_latest ? ' · latest' : ''}</span>
            <span className={classes.when}>{formatDateTime(checkpoint.created_at)}</span>
            <span className={classes.what}>
              {graph ? countsOf(graph, checkpoint) : null} at <code>{checkpoint.node_id}</code>
              {checkpoint.reason ? <> — {checkpoint.reason}</> : null}
            </span>
            <Button size="compact-sm" variant="light" className={classes.fork} leftSection={<GitFork size={13} aria-hidden />} onClick={() => setForked(checkpoint)}>Fork from here</Button>
          </li>
        ))}
      </ol>
      {forked ? <ForkDialog execution={execution} graph={graph} checkpoint={forked} close={() => setForked(null)} /> : null}
    </div>
  );
}

function countsOf(graph: Graph, checkpoint: Checkpoint): string {
  const { done, left } = atCheckpoint(graph, checkpoint);
  return `${formatCount(done)} done, ${formatCount(left)} to do,`;
}
