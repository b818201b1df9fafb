import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../../api/client';
import { useNow } from '../../../shared/clock';
import { ConfirmDialog } from '../../../shared/ConfirmDialog';
import { formatAgo, plural } from '../../../shared/format';
import { toastDone, toastError } from '../../../shared/toast';
import classes from './StaleNotice.module.css';

type Action = 'start' | 'cancel';

/** Tells of executions that another program has inserted long ago: they run when somebody says so. */
export function StaleNotice() {
  const client = useQueryClient();
  const now = useNow();
  const [asking, setAsking] = useState<Action>();
  const { data } = useQuery({
    queryKey: ['executions', 'stale'],
    queryFn: () => unwrap(api.GET('/api/executions/stale')),
    refetchInterval: 60_000,
  });
  const change = useMutation({
    mutationFn: (action: Action) => unwrap(action === 'start'
      ? api.POST('/api/executions/stale/start', { body: {} })
      : api.POST('/api/executions/stale/cancel', { body: {} })),
    onSuccess: ({ changed, remaining }, action) => toastDone(
      `${action === 'start' ? 'Started' : 'Cancelled'} ${plural(changed, 'execution')}${remaining > 0 ? `, ${remaining} left` : ''}`),
    onError: toastError,
    onSettled: () => {
      setAsking(undefined);
      return client.invalidateQueries({ queryKey: ['executions'] });
    },
  });
  const count = data?.count ?? 0;
  if (count === 0) return null;
  const many = plural(count, 'execution');
  return (
    <div className={classes.notice} role="status">
      <Archive size={17} aria-hidden />
      <span>
        <b>{many}</b> that another program inserted {count === 1 ? 'has' : 'have'} been pending for a long time; the oldest was inserted {formatAgo(data?.oldest_created_at, now)}.
        They are not started automatically.
      </span>
      <span className={classes.buttons}>
        <Button size="xs" variant="default" onClick={() => setAsking('cancel')}>Cancel them</Button>
        <Button size="xs" onClick={() => setAsking('start')}>Start them</Button>
      </span>
      {asking ? (
        <ConfirmDialog
          title={asking === 'start' ? `Start ${many}?` : `Cancel ${many}?`} action={asking === 'start' ? 'Start' : 'Cancel them'}
          isDangerous={asking === 'cancel'} isBusy={change.isPending} confirm={() => change.mutate(asking)} close={() => setAsking(undefined)}
        >
          {asking === 'start'
            ? 'All of them begin to run within a minute, as if they had just been inserted.'
            : 'They get the status cancelled. Each of them can be retried later.'}
        </ConfirmDialog>
      ) : null}
    </div>
  );
}
