import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate, useSearch } from '../../shared/routing';
import { toastError } from '../../shared/toast';
import { retryExecution } from '../executions/calls';
import { firstJobQuery } from '../executions/queries';
import { useEditor } from './store';

export interface Failure {
  node: string;
  run: string;
  error: string;
}

/** The failure of an execution that the editor was opened for; its node is selected. */
export function useFailure(): Failure | null {
  const editor = useEditor();
  const { node, run } = useSearch({ from: '/templates/:templateId' });
  const { data } = useQuery({ ...firstJobQuery(run ?? '', node ?? '', 'failed'), enabled: node !== undefined && run !== undefined });
  const error = data?.error_message ?? null;
  useEffect(() => {
    if (node !== undefined && editor.store.getState().draft.nodes.some((one) => one.id === node)) editor.select([node]);
  }, [editor, node]);
  return node !== undefined && run !== undefined && error !== null ? { node, run, error } : null;
}

/** Runs what failed again with the workflow as it is now, and goes there. */
export function useRetry(run: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => retryExecution(run, { from: 'failed', template: 'current' }),
    onSuccess: async () => {
      void client.invalidateQueries({ queryKey: ['executions'] });
      void client.invalidateQueries({ queryKey: ['execution', run] });
      await navigate({ to: '/executions/:executionId', params: { executionId: run } });
    },
    onError: toastError,
  });
}
