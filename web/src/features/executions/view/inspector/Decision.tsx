import { Button, JsonInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { notJson, parseJson, type Json } from '../../../../api/json';
import type { Job } from '../../../../api/types';
import { toastDone, toastError } from '../../../../shared/toast';
import { TaskAnswer } from '../../../inbox/TaskAnswer';
import { signalExecution } from '../../calls';
import classes from './Decision.module.css';

interface Props {
  executionId: string;
  job: Job;
}

/** What a waiting node waits for from a person: a decision, or a signal. */
export function Decision({ executionId, job }: Props) {
  if (job.status !== 'waiting') return null;
  if (job.job_type === 'approval') return <Approval job={job} />;
  return job.job_type === 'wait_for_signal' ? <Signal executionId={executionId} job={job} /> : null;
}

function Approval({ job }: Pick<Props, 'job'>) {
  return (
    <section className={classes.decision} aria-label="Approval">
      <h3 className={classes.title}>Waiting for a decision</h3>
      <TaskAnswer id={job.job_id} />
    </section>
  );
}

function Signal({ executionId, job }: Props) {
  const [text, setText] = useState('{}');
  const name = job.waits_for?.signal ?? job.node_id;
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: (payload: Json) => signalExecution(executionId, name, payload),
    onSuccess: () => toastDone('Sent'),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ['execution', executionId] }),
  });
  const payload = parseJson(text);
  return (
    <section className={classes.decision} aria-label="Signal">
      <h3 className={classes.title}>Waiting for the signal <code>{name}</code></h3>
      <JsonInput label="What the signal carries" description="JSON; it becomes the output of the node" autosize minRows={2} maxRows={10} value={text} onChange={setText} error={payload === undefined ? notJson : null} />
      <div className={classes.buttons}>
        <Button leftSection={<Send size={15} aria-hidden />} loading={isPending} disabled={payload === undefined} onClick={() => mutate(payload!)}>Send the signal</Button>
      </div>
    </section>
  );
}
