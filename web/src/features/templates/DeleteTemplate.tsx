import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { TemplateSummary } from '../../api/types';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { plural } from '../../shared/format';
import { toastDone, toastError } from '../../shared/toast';

interface Props {
  template: TemplateSummary;
  close: () => void;
}

/** Deletes a workflow; one that has run is archived, since its executions refer to it. */
export function DeleteTemplate({ template, close }: Props) {
  const client = useQueryClient();
  const hasRun = (template.usage_count ?? 0) > 0 || template.last_status != null;
  const params = { path: { id: template.id } };
  const { mutate, isPending } = useMutation({
    mutationFn: (): Promise<unknown> => unwrap(hasRun ? api.POST('/api/templates/{id}/archive', { params }) : api.DELETE('/api/templates/{id}', { params })),
    onSuccess: () => toastDone(`${hasRun ? 'Archived' : 'Deleted'} ${template.name}`),
    onError: toastError,
    onSettled: () => {
      close();
      return client.invalidateQueries({ queryKey: ['templates'] });
    },
  });
  return hasRun ? (
    <ConfirmDialog title={`Archive “${template.name}”?`} action="Archive" isBusy={isPending} confirm={() => mutate()} close={close}>
      It has run {plural(template.usage_count ?? 0, 'time')}, so it cannot be deleted: its executions refer to it. Archived, it is not in the library any more; its schedules and hooks go on.
    </ConfirmDialog>
  ) : (
    <ConfirmDialog title={`Delete “${template.name}”?`} action="Delete" isDangerous isBusy={isPending} confirm={() => mutate()} close={close}>
      It has never run. Deleting it cannot be undone.
    </ConfirmDialog>
  );
}
