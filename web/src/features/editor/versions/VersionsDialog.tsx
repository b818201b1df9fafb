import { Badge, Button, Checkbox, Loader, Modal, Select } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Gauge, History, RotateCcw, Send } from 'lucide-react';
import { useMemo, useState } from 'react';
import { api, unwrap } from '../../../api/client';
import type { ImpactRequest } from '../../../api/types';
import { elkLayout } from '../../../graph/elkLayout';
import { needsLayout } from '../../../graph/layout';
import { formatDateTime, plural } from '../../../shared/format';
import { LoadError } from '../../../shared/LoadError';
import { Link } from '../../../shared/routing';
import { toastDone, toastError } from '../../../shared/toast';
import { templateQuery } from '../../templates/queries';
import { type Draft, readDraft, toRequest, toRow } from '../model/draft';
import { graphOf, placed } from '../model/graph';
import { useEditor, useEditorState } from '../store';
import { Changes } from './Changes';
import type { Version } from './compare';
import { Impact } from './Impact';
import classes from './VersionsDialog.module.css';

/** What stands for the drawing as it is now among the versions. */
const now = 'now';

const versionQuery = (id: string, version: string) => queryOptions({
  queryKey: ['template', id, 'versions', version],
  queryFn: () => unwrap(api.GET('/api/templates/{id}/versions/{version}', { params: { path: { id, version } } })),
  staleTime: Infinity,
});

/** The saves of a workflow: what each has changed, and which version is published. */
export function VersionsDialog({ templateId, close }: { templateId: string; close: () => void }) {
  const editor = useEditor();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['template', templateId, 'versions'],
    queryFn: () => unwrap(api.GET('/api/templates/{id}/versions', { params: { path: { id: templateId }, query: { limit: 100 } } })),
  });
  const template = useQuery(templateQuery(templateId));
  const saves = data?.items ?? [];
  const [chosen, choose] = useState<string>();
  const [other, setOther] = useState(now);
  const [isWeighing, setWeighing] = useState(false);
  const [isDrawn, setDrawn] = useState(false);
  const isDirty = useEditorState((state) => state.revision !== state.savedRevision);
  const version = chosen ?? saves[0]?.version;
  const published = template.data?.published_version ?? null;
  const publish = useMutation({
    mutationFn: (wanted: string | null) => unwrap(wanted === null
      ? api.DELETE('/api/templates/{id}/publish', { params: { path: { id: templateId } } })
      : api.POST('/api/templates/{id}/publish', { params: { path: { id: templateId } }, body: { version: wanted } })),
    onSuccess: (row) => {
      client.setQueryData(templateQuery(templateId).queryKey, row);
      void client.invalidateQueries({ queryKey: ['templates'] });
      toastDone(row.published_version ? 'Published: schedules, hooks, sub-workflows and starts run this version' : 'What was saved last runs from now on');
    },
    onError: toastError,
  });
  const restored = useQuery({ ...versionQuery(templateId, version ?? ''), enabled: version !== undefined });
  const restore = async () => {
    if (!restored.data) return;
    const { name, description, category } = editor.store.getState().draft;
    const draft = readDraft({ ...restored.data, name, description, category });
    const graph = graphOf(draft);
    editor.replace(needsLayout(graph) ? { ...draft, nodes: placed(draft.nodes, await elkLayout(graph)) } : draft);
    toastDone('Restored. Save it to keep it, or undo.');
    close();
  };

  return (
    <Modal opened onClose={close} size="min(1180px, 94vw)" title="Versions">
      {error ? <LoadError error={error} retry={() => void refetch()} /> : null}
      {!data && !error ? <Loader size="sm" /> : null}
      <div className={classes.dialog}>
        <ol className={classes.saves} aria-label="Saves, newest first">
          {saves.map((save) => (
            <li key={save.id}>
              <button type="button" className={classes.save} aria-pressed={save.version === version} onClick={() => choose(save.version)}>
                <span className={classes.message}>{save.message ?? 'Saved'}{save.version === published ? <Badge size="xs" color="teal" ml={6}>Published</Badge> : null}</span>
                <span className={classes.facts}>{formatDateTime(save.saved_at)}{save.saved_by ? ` by ${save.saved_by}` : ' by another program'}</span>
                <span className={classes.facts}>{plural(Number(save.executions ?? 0), 'execution')}</span>
              </button>
            </li>
          ))}
        </ol>
        {version === undefined ? null : (
          <section className={classes.detail} aria-label="The chosen version">
            <div className={classes.tools}>
              <Select
                size="xs" label="Compare with" value={other} allowDeselect={false} onChange={(value) => setOther(value ?? now)}
                data={[{ value: now, label: 'The drawing as it is now' }, ...unique(saves).filter((save) => save.version !== version).map((save) => ({ value: save.version, label: `${formatDateTime(save.saved_at)}${save.message ? `, ${save.message}` : ''}` }))]}
              />
              <Button size="compact-sm" variant="default" leftSection={<RotateCcw size={14} aria-hidden />} disabled={!restored.data} onClick={() => void restore().catch(toastError)}>Restore</Button>
              <Button size="compact-sm" variant="default" leftSection={<Gauge size={14} aria-hidden />} aria-expanded={isWeighing} onClick={() => setWeighing(!isWeighing)}>Impact</Button>
              {version === published
                ? <Button size="compact-sm" variant="default" loading={publish.isPending} onClick={() => publish.mutate(null)}>Unpublish</Button>
                : <Button size="compact-sm" loading={publish.isPending} leftSection={<Send size={14} aria-hidden />} onClick={() => publish.mutate(version)}>Publish this version</Button>}
              <Link to="/executions" search={{ template: templateId }} className={classes.link}><History size={14} aria-hidden /> Its executions</Link>
            </div>
            {isWeighing && isDirty ? <Checkbox size="xs" mb={10} label="Include changes that are not saved" checked={isDrawn} onChange={() => setDrawn(!isDrawn)} /> : null}
            {isWeighing ? <Impact key={`${version} ${isDrawn}`} templateId={templateId} of={isDirty && isDrawn ? { template: drawn(editor.store.getState().draft) } : { version }} /> : null}
            <Comparison key={`${version} ${other}`} templateId={templateId} version={version} other={other} />
          </section>
        )}
      </div>
    </Modal>
  );
}

function Comparison({ templateId, version, other }: { templateId: string; version: string; other: string }) {
  const editor = useEditor();
  const before = useQuery(versionQuery(templateId, version));
  const saved = useQuery({ ...versionQuery(templateId, other), enabled: other !== now });
  const after = useMemo((): Version | undefined => (other === now ? toRow(editor.store.getState().draft) : saved.data), [editor, other, saved.data]);
  const error = before.error ?? saved.error;
  if (error) return <LoadError error={error} retry={() => void before.refetch()} />;
  return before.data && after ? <Changes before={before.data} after={after} /> : <Loader size="sm" />;
}

function drawn(draft: Draft): ImpactRequest['template'] {
  const { nodes, edges } = toRequest(draft);
  return { nodes, edges } as ImpactRequest['template'];
}

function unique<T extends { version: string }>(saves: readonly T[]): T[] {
  return [...new Map(saves.map((save) => [save.version, save])).values()];
}
