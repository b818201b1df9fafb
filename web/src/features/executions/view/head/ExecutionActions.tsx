import { ActionIcon, Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, CirclePause, CirclePlay, CircleX, FlaskConical, RotateCcw, RotateCw, StepForward } from 'lucide-react';
import { Suspense, useState } from 'react';
import { api, testUrl, unwrap } from '../../../../api/client';
import type { ExecutionDetails, ExecutionRow } from '../../../../api/types';
import { isEnded } from '../../../../api/types';
import { lazyPart } from '../../../../shared/loadCode';
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../../../shared/Menu';
import { toastDone, toastError } from '../../../../shared/toast';
import { useTemplateNames } from '../../../templates/queries';
import { retryExecution, type RetryFrom } from '../../calls';
import classes from './ExecutionActions.module.css';

const ConfirmDialog = lazyPart(() => import('../../../../shared/ConfirmDialog'), 'ConfirmDialog');
const RunDialog = lazyPart(() => import('../../../templates/RunDialog'), 'RunDialog');

type Action = 'pause' | 'resume' | 'cancel' | 'retry';

const calls: Record<Exclude<Action, 'retry'>, (id: string) => Promise<ExecutionRow>> = {
  pause: (id) => unwrap(api.POST('/api/executions/{id}/pause', { params: { path: { id } }, body: {} })),
  resume: (id) => unwrap(api.POST('/api/executions/{id}/resume', { params: { path: { id } }, body: {} })),
  cancel: (id) => unwrap(api.POST('/api/executions/{id}/cancel', { params: { path: { id } }, body: {} })),
};

const done: Record<Action, string> = { pause: 'Paused: running nodes finish, nothing new starts', resume: 'Resumed', cancel: 'Cancelled', retry: 'Retrying' };

/** What can be done with an execution of its status. */
export function ExecutionActions({ execution: { id, status, template_id: templateId } }: { execution: ExecutionDetails }) {
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
      {status === 'failed' || status === 'cancelled' ? <Retry status={status} isBusy={isBusy('retry')} retry={(from) => mutate({ action: 'retry', from })} /> : null}
      {status === 'completed' ? (
        <Button variant="subtle" color="gray" leftSection={<FlaskConical size={15} aria-hidden />} renderRoot={(props) => <a href={testUrl(id)} download={`${id}.json`} {...props} />}>Save as test</Button>
      ) : null}
      {!isEnded(status) ? (
        <Button variant="light" color="red" leftSection={<CircleX size={16} aria-hidden />} onClick={() => setAsked('cancel')}>Cancel</Button>
      ) : (
        <Button variant="default" leftSection={<RotateCcw size={15} aria-hidden />} onClick={() => setAsked('run')}>Run again</Button>
      )}
      <Suspense>
        {asked === 'pause' ? (
          <ConfirmDialog title="Pause this execution?" action="Pause" isBusy={isBusy('pause')} confirm={() => mutate({ action: 'pause' })} close={() => setAsked(null)}>
            Running nodes finish, and nothing new starts until it is resumed. Nothing is lost.
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

/** Goes on from what is not done; behind it, the other ways: from the start, and with the workflow as it is now. */
function Retry({ status, isBusy, retry }: { status: 'failed' | 'cancelled'; isBusy: boolean; retry: (from: RetryFrom) => void }) {
  const goOn = status === 'failed' ? 'Retry from the failure' : 'Go on where it stopped';
  return (
    <Button.Group>
      <Button leftSection={<RotateCw size={15} aria-hidden />} loading={isBusy} title={`${goOn}: what has completed is not run again`} onClick={() => retry({ from: 'failed', template: 'same' })}>Retry</Button>
      <Menu width={300} target={<ActionIcon variant="filled" size={36} className={classes.more} disabled={isBusy} aria-label="Other ways to retry"><ChevronDown size={15} /></ActionIcon>}>
        <MenuLabel>With the workflow as it was</MenuLabel>
        <MenuItem icon={<RotateCw size={15} />} onClick={() => retry({ from: 'start', template: 'same' })}>Run everything again</MenuItem>
        <MenuLine />
        <MenuLabel>With the workflow as it is now</MenuLabel>
        <MenuItem icon={<StepForward size={15} />} onClick={() => retry({ from: 'failed', template: 'current' })}>{goOn}</MenuItem>
        <MenuItem icon={<RotateCw size={15} />} onClick={() => retry({ from: 'start', template: 'current' })}>Run everything again</MenuItem>
      </Menu>
    </Button.Group>
  );
}
