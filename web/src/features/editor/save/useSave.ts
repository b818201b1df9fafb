import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../../api/client';
import { ProblemError, toProblem } from '../../../api/problem';
import type { TemplateRow } from '../../../api/types';
import { useNavigate } from '../../../shared/routing';
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

/** How a drawing is saved: over what was read, over whatever is there now, or as a workflow of its own, beside that or in its place. */
export type Way = 'over' | 'force' | 'copy' | 'new';

/** What keeps a drawing from being saved over what was read. */
export type Obstacle = 'changed' | 'deleted';

/** Saves the drawing, also one that cannot run yet; a save over something newer, or gone, is refused, and `obstacle` says so. */
export function useSave(origin: Origin, setOrigin: (origin: Origin) => void, adopt: (id: string) => void, triedId: string | undefined) {
  const editor = useEditor();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mutation = useMutation({
    mutationFn: async (way: Way) => {
      editor.settleFresh();
      const { draft, revision } = editor.store.getState();
      const id = way === 'copy' || way === 'new' ? undefined : origin.id;
      const isNew = id === undefined;
      const saved = isNew && way === 'over' && triedId !== undefined
        ? await takeFromArchive(draft, triedId)
        : await send(draft, id, way === 'force' ? undefined : origin.tag, way === 'copy');
      return { ...saved, revision, isNew };
    },
    onSuccess: async ({ row, tag, revision, isNew }, way) => {
      if (way === 'copy') editor.setFacts({ name: row.name });
      editor.saved(way === 'copy' ? editor.store.getState().revision : revision);
      setOrigin({ id: row.id, tag });
      client.setQueryData(templateQuery(row.id).queryKey, row);
      void client.invalidateQueries({ queryKey: ['templates'] });
      editor.setProblems(row.problems ?? []);
      toastDone(row.problems ? `Saved ${row.name}. It cannot run until its problems are fixed.` : `Saved ${row.name}`);
      if (!isNew) return;
      adopt(row.id);
      await navigate({ to: '/templates/:templateId', params: { templateId: row.id }, replace: true });
    },
    onError: (error) => {
      if (!obstacleOf(error, origin)) toastError(error);
    },
  });
  return { save: mutation.mutateAsync, isSaving: mutation.isPending, obstacle: obstacleOf(mutation.error, origin), forget: mutation.reset };
}

function obstacleOf(error: unknown, { id }: Origin): Obstacle | null {
  if (!(error instanceof ProblemError) || id === undefined) return null;
  return error.status === 412 ? 'changed' : error.status === 404 ? 'deleted' : null;
}

/** Saves what has been tried already: its executions are those of the workflow then. */
async function takeFromArchive(draft: Draft, id: string): Promise<Saved> {
  const { tag } = await send(draft, id, undefined, false);
  return { row: await unwrap(api.POST('/api/templates/{id}/restore', { params: { path: { id } } })), tag };
}

async function send(draft: Draft, id: string | undefined, tag: string | undefined, isCopy: boolean): Promise<Saved> {
  const body = toRequest(isCopy ? { ...draft, name: `${draft.name} (copy)` } : draft);
  const { data, error, response } = id === undefined
    ? await api.POST('/api/templates', { body })
    : await api.PUT('/api/templates/{id}', { params: { path: { id } }, body, headers: tag ? { 'If-Match': tag } : {} });
  if (!response.ok || !data) throw toProblem(response, error);
  return { row: data, tag: response.headers.get('ETag') ?? undefined };
}
