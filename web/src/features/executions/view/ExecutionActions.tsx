import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CirclePause, CirclePlay, CircleX, RotateCcw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { api, unwrap } from '../../../api/client';
import type { ExecutionDetails, ExecutionRow } from '../../../api/types';
import { isEnded } from '../../../api/types';
import { loadCode } from '../../../shared/loadCode';
import { toastDone, toastError } from '../../../shared/toast';
import { useTemplateNames } from '../../templates/queries';
import { retryExecution, type RetryFrom } from '../calls';
import classes from './ExecutionActions.module.css';
import { RetryMenu } from './RetryMenu';

const ConfirmDialog = lazy(() => loadCode(() => import('../../../shared/ConfirmDialog')).then(({ ConfirmDialog: component }) => ({ default: component })));
const RunDialog = lazy(() => loadCode(() => import('../../templates/RunDialog')).then(({ RunDialog: component }) => ({ default: component })));

type Action = 'pause' | 'resume' | 'cancel' | 'retry';

const calls: Record<Exclude<Action, 'retry'>, (id: string) => Promise<ExecutionRow>> = {
  pause: (id) => unwrap(api.POST('/api/executions/{id}/pause', { params: { path: { id } }, body: {} })),
  resume: (id) => unwrap(api.POST('/api/executions/{id}/resume', { params: { path: { id } }, body: {} })),
  cancel: (id) => unwrap(api.POST('/api/executions/{id}/cancel', { params: { path: { id } }, body: {} })),
};

const done: Record<Action, string> = { pause: 'Paused: running nodes finish, nothing new starts', resume: 'Resumed', cancel: 'Cancelled', retry: 'It runs again' };

interface Props {
  execution: ExecutionDetails;
}

/** What can be done with an execution of its status. */
export function ExecutionActions({ execution: { id, status, template_id: templateId } }: Props) {
  const client = useQueryClient();
  const [asked, setAsked] = useState<'pause' | 'cancel' | 'run' | null>(null);
  const names = useTemplateNames();
  const { mutate, isPending, variables } = useMutation({
    mutationFn: ({ action, from }: { action: Action; from?: RetryFrom }) => (action === 'retry' ? retryExecution(id, from!) : calls[action](id)),
    onSuccess: (_, { action }) => toastDone(done[action]),
    onError: toastError,
    onSettled: () => {
      setAsked(null);
      void client.invalidateQueries({ queryKey: ['executions'] });
      return client.invalidateQueries({ queryKey: ['execution', id] });
    },
  });
  const isBusy = (action: Action) => isPending && variables.action === action;

  return (
    <div className={classes.actions}>
      {status === 'pending' || status === 'running' ? (
        <Button variant="default" leftSection={<CirclePause size={16} aria-hidden />} onClick={() => setAsked('pause')}>Pause</Button>
      ) : null}
      {status === 'paused' ? (
        <Button leftSection={<CirclePlay size={16} aria-hidden />} loading={isBusy('resume')} onClick={() => mutate({ action: 'resume' })}>Resume</Button>
      ) : null}
      {status === 'failed' || status === 'cancelled' ? <RetryMenu isBusy={isBusy('retry')} retry={(from) => mutate({ action: 'retry', from })} /> : null}
      {!isEnded(status) ? (
        <Button variant="light" color="red" leftSection={<CircleX size={16} aria-hidden />} onClick={() => setAsked('cancel')}>Cancel</Button>
      ) : (
        <Button variant="default" leftSection={<RotateCcw size={15} aria-hidden />} onClick={() => setAsked('run')}>Run again</Button>
      )}
      <Suspense>
        {asked === 'pause' ? (
          <ConfirmDialog title="Pause this execution?" action="Pause" isBusy={isBusy('pause')} confirm={() => mutate({ action: 'pause' })} close={() => setAsked(null)}>
            Nodes that run finish, and nothing new starts until it is resumed. Nothing is lost.
          </ConfirmDialog>
        ) : null}
        {asked === 'cancel' ? (
          <ConfirmDialog title="Cancel this execution?" action="Cancel the execution" isDangerous isBusy={isBusy('cancel')} confirm={() => mutate({ action: 'cancel' })} close={() => setAsked(null)}>
            It ends now. What its nodes have done so far stays in the record.
          </ConfirmDialog>
        ) : null}
        {asked === 'run' ? (
          <RunDialog templateId={templateId} name={names.get(templateId) ?? templateId} close={() => setAsked(null)} />
        ) : null}
      </Suspense>
    </div>
  );
}
