import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, unwrap } from '../../api/client';
import { toRequest } from './model/draft';
import { useEditor, useEditorState } from './store';

const restMilliseconds = 350;

/** Has the server check the drawing whenever it has rested for a moment; says whether what is shown has been checked. */
export function useValidation(): boolean {
  const editor = useEditor();
  const revision = useEditorState((state) => state.revision);
  const [resting, setResting] = useState(revision);
  useEffect(() => {
    const timer = setTimeout(() => setResting(revision), restMilliseconds);
    return () => clearTimeout(timer);
  }, [revision]);

  const { data } = useQuery({
    queryKey: ['validation', editor.store.getInitialState().draft.name, resting],
    queryFn: () => unwrap(api.POST('/api/templates/validate', { body: toRequest(editor.store.getState().draft) })),
    gcTime: 0,
    staleTime: Infinity,
  });
  useEffect(() => {
    if (data) editor.setProblems(data.errors);
  }, [data, editor]);
  return resting === revision && data !== undefined;
}
