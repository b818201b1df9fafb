import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../../api/client';
import { describe } from '../../../api/problem';
import type { ExecutionRow } from '../../../api/types';
import { isEnded } from '../../../api/types';
import { plural } from '../../../shared/format';
import { toastDone, toastError } from '../../../shared/toast';
import { retryExecution } from '../calls';

export type BulkAction = 'cancel' | 'retry';

const atOnce = 6;

/** Of these executions those with which it can be done. */
export function suitable(rows: readonly ExecutionRow[], action: BulkAction): ExecutionRow[] {
  return rows.filter(({ status }) => (action === 'cancel' ? !isEnded(status) : status === 'failed' || status === 'cancelled'));
}

/** Does something with many executions, a few at a time. One that has ended meanwhile does not stop the others. */
export function useBulk() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ action, rows }: { action: BulkAction; rows: readonly ExecutionRow[] }) => {
      const queue = [...rows];
      const failures: unknown[] = [];
      const work = async () => {
        for (let row = queue.shift(); row; row = queue.shift()) {
          const { id } = row;
          try {
            await (action === 'cancel'
              ? unwrap(api.POST('/api/executions/{id}/cancel', { params: { path: { id } }, body: {} }))
              : retryExecution(id, { from: 'failed', template: 'same' }));
          } catch (error) {
            failures.push(error);
          }
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      return { failures, done: rows.length - failures.length };
    },
    onSuccess: ({ failures, done }, { action }) => {
      if (done > 0) toastDone(`${action === 'cancel' ? 'Cancelled' : 'Retried'} ${plural(done, 'execution')}`);
      if (failures.length > 0) toastError(new Error(`${plural(failures.length, 'execution')} could not be ${action === 'cancel' ? 'cancelled' : 'retried'}. ${describe(failures[0]).detail}`));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['executions'] }),
  });
}
