import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toastDone, toastError } from './toast';

/** Changes something on the server and reads the list that it is in again. */
export function useChange<In>(list: string, change: (given: In) => Promise<unknown>, done: (given: In) => string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (_, given) => toastDone(done(given)),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: [list] }),
  });
}
