import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../../api/client';
import { ProblemError, toProblem } from '../../../api/problem';
import type { TemplateRow } from '../../../api/types';
import { toastDone, toastError } from '../../../shared/toast';
import { templateQuery } from '../../templates/queries';
import { toRequest, type Draft } from '../model/draft';
import { useEditor } from '../store';

/** A template that is being edited: its id, and the state of it that was read. */
export interface Origin {
  id: string | undefined;
  tag: string | undefined;
}

interface Saved {
  row: TemplateRow;
  tag: string | undefined;
}

/** How a drawing is saved: over what was read, over whatever is there now, or as a workflow of its own. */
export type Way = 'over' | 'force' | 'copy';

/** Saves the drawing. A save over something newer is refused, and `isStale` says so. */
export function useSave(origin: Origin, setOrigin: (origin: Origin) => void, adopt: (id: string) => void) {
  const editor = useEditor();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mutation = useMutation({
    mutationFn: async (way: Way) => {
      const { draft, revision } = editor.store.getState();
      const id = way === 'copy' ? undefined : origin.id;
      const saved = await send(draft, id, way === 'force' ? undefined : origin.tag, way === 'copy');
      return { ...saved, revision, isNew: id === undefined };
    },
    onSuccess: async ({ row, tag, revision, isNew }, way) => {
      if (way === 'copy') editor.setFacts({ name: row.name });
      editor.saved(way === 'copy' ? editor.store.getState().revision : revision);
      setOrigin({ id: row.id, tag });
      client.setQueryData(templateQuery(row.id).queryKey, row);
      void client.invalidateQueries({ queryKey: ['templates'] });
      toastDone(`Saved ${row.name}`);
      if (!isNew) return;
      adopt(row.id);
      await navigate({ to: '/templates/$templateId', params: { templateId: row.id }, replace: true, ignoreBlocker: true });
    },
    onError: (error) => {
      if (!isStale(error) && !isRefused(error)) toastError(error);
      if (isRefused(error)) editor.setProblems(error.errors);
      if (isRefused(error)) toastError(new ProblemError({ title: 'Not saved yet', status: 400, detail: 'The problems that are listed have to be mended first.' }));
    },
  });
  return { save: mutation.mutateAsync, isSaving: mutation.isPending, isStale: isStale(mutation.error), forget: mutation.reset };
}

function isStale(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 412;
}

function isRefused(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.errors.length > 0;
}

async function send(draft: Draft, id: string | undefined, tag: string | undefined, isCopy: boolean): Promise<Saved> {
  const body = toRequest(isCopy ? { ...draft, name: `${draft.name} (copy)` } : draft);
  const { data, error, response } = id === undefined
    ? await api.POST('/api/templates', { body })
    : await api.PUT('/api/templates/{id}', { params: { path: { id } }, body, headers: tag ? { 'If-Match': tag } : {} });
  if (!response.ok || !data) throw toProblem(response, error);
  return { row: data, tag: response.headers.get('ETag') ?? undefined };
}
