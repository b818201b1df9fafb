import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { TemplateSummary } from '../../api/types';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { toastDone, toastError } from '../../shared/toast';

interface Props {
  template: TemplateSummary;
  close: () => void;
}

export function DeleteTemplate({ template, close }: Props) {
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/templates/{id}', { params: { path: { id: template.id } } })),
    onSuccess: () => toastDone(`Deleted ${template.name}`),
    onError: toastError,
    onSettled: () => {
      close();
      return client.invalidateQueries({ queryKey: ['templates'] });
    },
  });
  return (
    <ConfirmDialog title={`Delete “${template.name}”?`} action="Delete" isDangerous isBusy={isPending} confirm={() => mutate()} close={close}>
      This cannot be undone. A workflow that has been run is kept, because its executions refer to it.
    </ConfirmDialog>
  );
}
