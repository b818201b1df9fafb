import { Button, JsonInput, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PencilLine, SkipForward } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../../../api/client';
import { notJson, parseJson } from '../../../../api/json';
import type { ExecutionDetails, Job, StartRequest } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { reach } from '../../../../graph/reach';
import { useNavigate } from '../../../../shared/routing';
import { toastError } from '../../../../shared/toast';
import classes from './JobDetails.module.css';

interface Props {
  execution: ExecutionDetails;
  job: Job;
  graph: Graph | undefined;
}

/** Goes on from a node in a new execution, in which nothing before it runs again. This one stays as it is. */
export function GoOn({ execution, job, graph }: Props) {
  const [isEditing, setEditing] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: (request: Partial<StartRequest>) => unwrap(api.POST('/api/executions', {
      body: { template_id: execution.template_id, template: 'same' as never, from_execution: execution.id, ...request },
    })),
    onSuccess: async ({ id }) => {
      void client.invalidateQueries({ queryKey: ['executions'] });
      await navigate({ to: '/executions/:executionId', params: { executionId: id } });
    },
    onError: toastError,
  });
  const isInLoop = job.node_id.includes('#');
  return (
    <div className={classes.goOn}>
      <Button size="compact-xs" variant="default" leftSection={<PencilLine size={13} aria-hidden />} onClick={() => setEditing(true)}>Edit the output and go on</Button>
      {graph && !isInLoop ? (
        <Button size="compact-xs" variant="default" leftSection={<SkipForward size={13} aria-hidden />} loading={start.isPending} onClick={() => start.mutate({ only: fromHere(job.node_id, graph) })}>Run from here</Button>
      ) : null}
      {isEditing ? <EditDialog job={job} isBusy={start.isPending} start={(request) => start.mutate(request)} close={() => setEditing(false)} /> : null}
    </div>
  );
}

function EditDialog({ job, isBusy, start, close }: { job: Job; isBusy: boolean; start: (request: Partial<StartRequest>) => void; close: () => void }) {
  const [text, setText] = useState(() => JSON.stringify(job.output ?? {}, null, 2));
  const [reason, setReason] = useState('');
  const value = parseJson(text);
  return (
    <Modal opened onClose={close} title={`Go on with another output of ${job.node_id}`} size="xl">
      <form
        className={classes.edit}
        onSubmit={(event) => {
          event.preventDefault();
          if (value === undefined) return;
          start({ outputs: { [job.node_id]: value } as StartRequest['outputs'], branches: job.branch ? { [job.node_id]: job.branch } : null, reason: reason || null });
        }}
      >
        <JsonInput label="Output" value={text} onChange={setText} autosize minRows={8} maxRows={24} error={value === undefined ? notJson : null} data-autofocus />
        <TextInput label="Reason" placeholder="Why it was changed" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <p className={classes.note}>A new execution starts. What ran before this node is taken over, what comes after it runs again. This execution stays as it is.</p>
        <Button type="submit" loading={isBusy} disabled={value === undefined}>Start the new execution</Button>
      </form>
    </Modal>
  );
}

/** A node, and those of the workflow itself that come after it. */
function fromHere(id: string, { nodes, edges }: Graph): string[] {
  const inLoops = new Set(nodes.filter((node) => node.parentId !== undefined).map((node) => node.id));
  return [...reach(id, edges)].filter((one) => !inLoops.has(one));
}
