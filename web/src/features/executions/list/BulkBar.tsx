import { Button, CloseButton } from '@mantine/core';
import { CircleX, RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { ExecutionRow } from '../../../api/types';
import { plural } from '../../../shared/format';
import { ConfirmDialog } from '../../../shared/ConfirmDialog';
import classes from './BulkBar.module.css';
import { suitable, useBulk } from './useBulk';

interface Props {
  rows: readonly ExecutionRow[];
  clear: () => void;
}

/** What can be done with the executions that are chosen. */
export function BulkBar({ rows, clear }: Props) {
  const { mutate, isPending, variables } = useBulk();
  const [isAsked, setAsked] = useState(false);
  const [toCancel, toRetry] = [suitable(rows, 'cancel'), suitable(rows, 'retry')];
  const act = (action: 'cancel' | 'retry', of: readonly ExecutionRow[]) => mutate({ action, rows: of }, {
    onSettled: () => {
      setAsked(false);
      clear();
    },
  });
  return (
    <div className={classes.bar} role="region" aria-label="Selected executions">
      <span className={classes.count} role="status">{plural(rows.length, 'execution')} selected</span>
      <Button size="xs" variant="default" leftSection={<RotateCw size={14} aria-hidden />} disabled={toRetry.length === 0} loading={isPending && variables.action === 'retry'} onClick={() => act('retry', toRetry)}>
        Retry {toRetry.length > 0 ? toRetry.length : ''}
      </Button>
      <Button size="xs" variant="light" color="red" leftSection={<CircleX size={14} aria-hidden />} disabled={toCancel.length === 0} onClick={() => setAsked(true)}>
        Cancel {toCancel.length > 0 ? toCancel.length : ''}
      </Button>
      <CloseButton size="sm" onClick={clear} aria-label="Clear the selection" />
      {isAsked ? (
        <ConfirmDialog title={`Cancel ${plural(toCancel.length, 'execution')}?`} action={`Cancel ${toCancel.length}`} isDangerous isBusy={isPending} confirm={() => act('cancel', toCancel)} close={() => setAsked(false)}>
          They end now. What their nodes have done so far stays in the record.
        </ConfirmDialog>
      ) : null}
    </div>
  );
}
