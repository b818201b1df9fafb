import { Button, Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import { Compass } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { api } from '../../api/client';
import { isMissing, toProblem } from '../../api/problem';
import { EmptyState } from '../../shared/EmptyState';
import { LoadError } from '../../shared/LoadError';
import { Link, useParams } from '../../shared/routing';
import { Editor } from './Editor';
import classes from './Editor.module.css';
import { newDraft, newId, readDraft } from './model/draft';
import { readKept } from './save/kept';
import { useNodeTypes } from './model/nodeTypes';
import { useStart } from './useStart';

/** The page on which a workflow is drawn. */
export function EditorPage() {
  const { templateId } = useParams({ from: '/templates/:templateId' });
  // A drawing that gets its id by being saved stays as it is on the screen.
  const [adopted, setAdopted] = useState<{ id: string; from: string } | null>(null);
  const from = adopted?.id === templateId ? adopted.from : templateId;
  return <EditorOf key={from} templateId={from} adopt={(id) => setAdopted({ id, from })} release={() => setAdopted(null)} />;
}

interface Props {
  templateId: string;
  adopt: (id: string) => void;
  release: () => void;
}

function EditorOf({ templateId, adopt, release }: Props) {
  const client = useQueryClient();
  const [load, setLoad] = useState(0);
  const { types, error: typesError, refetch } = useNodeTypes();
  const isNew = templateId === newId;
  const query = useQuery({
    queryKey: ['editor', templateId, load],
    queryFn: async () => {
      const { data, error, response } = await api.GET('/api/templates/{id}', { params: { path: { id: templateId } } });
      if (!response.ok || !data) throw toProblem(response, error);
      return { row: data, tag: response.headers.get('ETag') ?? undefined };
    },
    enabled: !isNew,
    // What is being drawn is not read again under the reader's hands.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  // What this browser has kept wins over what is saved: it was drawn on that.
  const kept = useMemo(() => readKept(templateId), [templateId, load]);
  const isGone = isMissing(query.error) && kept !== null;
  const read = isNew || query.data || isGone
    ? () => (kept ? readDraft(kept.template) : query.data ? readDraft(query.data.row) : newDraft())
    : undefined;
  const start = useStart(read, load);
  const reload = useCallback(() => {
    void client.invalidateQueries({ queryKey: ['template'] });
    release();
    setLoad((count) => count + 1);
  }, [client, release]);

  const error = (query.data || isGone ? null : query.error) ?? (types ? null : typesError);
  if (isMissing(query.error) && !isGone) {
    return (
      <EmptyState icon={Compass} title="Workflow not found" text="It may have been deleted, or the link is incomplete.">
        <Button renderRoot={(props) => <Link to="/" {...props} />}>Go to the workflows</Button>
      </EmptyState>
    );
  }

  if (error) return <div className={classes.wait}><LoadError error={error} retry={() => void (query.error ? query.refetch() : refetch())} /></div>;
  if (!types || !start) return <div className={classes.wait} aria-busy="true"><Loader /></div>;
  return (
    <ReactFlowProvider key={load}>
      <Editor draft={start.draft} direction={start.direction} types={types} origin={{ id: isNew || isGone ? undefined : templateId, tag: kept ? kept.tag : query.data?.tag }} place={templateId} kept={kept} isGone={isGone} reload={reload} adopt={adopt} />
    </ReactFlowProvider>
  );
}
