import { api, unwrap } from '../../api/client';
import type { TemplateSummary } from '../../api/types';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { useChange } from '../../shared/useChange';

interface Props {
  template: TemplateSummary;
  close: () => void;
}

export function hasRun(template: TemplateSummary): boolean {
  return (template.usage_count ?? 0) > 0 || template.last_status != null;
}

/** Deletes a workflow; one that has run is archived, since its executions refer to it. */
export function RemoveTemplate({ template, close }: Props) {
  const isKept = hasRun(template);
  const params = { path: { id: template.id } };
  const { mutate, isPending } = useChange(
    'templates', (): Promise<unknown> => unwrap(isKept ? api.POST('/api/templates/{id}/archive', { params }) : api.DELETE('/api/templates/{id}', { params })),
    () => `${isKept ? 'Archived' : 'Deleted'} ${template.name}`,
  );
  const confirm = () => mutate(undefined, { onSettled: close });
  return isKept ? (
    <ConfirmDialog title={`Archive “${template.name}”?`} action="Archive" isBusy={isPending} confirm={confirm} close={close}>
      It has run, so it cannot be deleted: its executions refer to it. Archived, it is not in the library any more; its schedules and hooks go on.
    </ConfirmDialog>
  ) : (
    <ConfirmDialog title={`Delete “${template.name}”?`} action="Delete" isDangerous isBusy={isPending} confirm={confirm} close={close}>
      It has never run. Deleting it cannot be undone.
    </ConfirmDialog>
  );
}
