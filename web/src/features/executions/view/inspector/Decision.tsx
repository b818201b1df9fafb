import { Button, JsonInput, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check, Send, X } from 'lucide-react';
import { useState } from 'react';
import { isObject, type Json } from '../../../../api/json';
import type { Job } from '../../../../api/types';
import { toastDone, toastError } from '../../../../shared/toast';
import { signalExecution } from '../../calls';
import classes from './Decision.module.css';

interface Props {
  executionId: string;
  job: Job;
}

/** What a waiting node waits for from a person: a decision, or a signal. */
export function Decision({ executionId, job }: Props) {
  if (job.status !== 'waiting') return null;
  if (job.job_type === 'approval') return <Approval executionId={executionId} job={job} />;
  return job.job_type === 'wait_for_signal' ? <Signal executionId={executionId} job={job} /> : null;
}

function useSignal(executionId: string, name: string, done: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (payload: Json) => signalExecution(executionId, name, payload),
    onSuccess: () => toastDone(done),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ['execution', executionId] }),
  });
}

function Approval({ executionId, job }: Props) {
  const [comment, setComment] = useState('');
  const { mutate, isPending, variables } = useSignal(executionId, job.node_id, 'Your decision was sent');
  const message = isObject(job.input) && typeof job.input.message === 'string' ? job.input.message : 'Continue?';
  const decide = (decision: 'approved' | 'rejected') => mutate({ decision, ...(comment.trim() === '' ? {} : { comment: comment.trim() }) });
  const isBusy = (decision: string) => isPending && isObject(variables) && variables.decision === decision;
  return (
    <section className={classes.decision} aria-label="Approval">
      <h3 className={classes.title}>Waiting for a decision</h3>
      <p className={classes.message}>{message}</p>
      <Textarea label="Comment" autosize minRows={2} maxRows={6} value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
      <div className={classes.buttons}>
        <Button color="teal" leftSection={<Check size={16} aria-hidden />} loading={isBusy('approved')} disabled={isPending} onClick={() => decide('approved')}>Approve</Button>
        <Button variant="light" color="red" leftSection={<X size={16} aria-hidden />} loading={isBusy('rejected')} disabled={isPending} onClick={() => decide('rejected')}>Reject</Button>
      </div>
    </section>
  );
}

function Signal({ executionId, job }: Props) {
  const [text, setText] = useState('{}');
  const name = job.waits_for?.signal ?? job.node_id;
  const { mutate, isPending } = useSignal(executionId, name, 'Signal sent');
  const payload = parsed(text);
  return (
    <section className={classes.decision} aria-label="Signal">
      <h3 className={classes.title}>Waiting for the signal <code>{name}</code></h3>
      <JsonInput label="Payload" description="JSON. It becomes the output of the node." autosize minRows={2} maxRows={10} value={text} onChange={setText} error={payload === undefined ? 'This is not JSON.' : null} />
      <div className={classes.buttons}>
        <Button leftSection={<Send size={15} aria-hidden />} loading={isPending} disabled={payload === undefined} onClick={() => mutate(payload!)}>Send the signal</Button>
      </div>
    </section>
  );
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
