import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { api, unwrap } from '../../api/client';
import { ProblemError, describe } from '../../api/problem';
import type { Problem, TemplateRequest, TemplateRow } from '../../api/types';
import { toastDone } from '../../shared/toast';
import { parseTemplate, rawAddress } from './file';

export interface ImportFailure {
  file: string;
  title: string;
  detail: string;
  errors: readonly Problem[];
}

/** Imports files as templates; what is wrong with them is listed all together. */
export function useImport() {
  const client = useQueryClient();
  const [failures, setFailures] = useState<ImportFailure[]>([]);
  const { mutateAsync, isPending } = useMutation({
    mutationFn: async (file: File) => {
      const body = parseTemplate(file.name, await file.text()) as TemplateRequest;
      return unwrap(api.POST('/api/templates', { body }));
    },
  });

  const take = useCallback(async (files: readonly File[]) => {
    const failed: ImportFailure[] = [];
    const done: TemplateRow[] = [];
    for (const file of files) {
      try {
        done.push(await mutateAsync(file));
      } catch (error) {
        const errors = error instanceof ProblemError ? error.errors : [];
        failed.push({ file: file.name, ...describe(error), errors });
      }
    }
    if (done.length > 0) {
      const broken = done.filter((row) => row.problems).length;
      const note = broken === 0 ? '' : done.length === 1 ? '. It cannot run yet: open it to fix its problems.' : `. ${broken} of them cannot run yet: open them to fix their problems.`;
      toastDone((done.length === 1 ? `Imported ${done[0]!.name}` : `Imported ${done.length} workflows`) + note);
      await client.invalidateQueries({ queryKey: ['templates'] });
    }
    setFailures(failed);
  }, [client, mutateAsync]);

  const choose = useCallback(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.json,application/json';
    input.multiple = true;
    input.onchange = () => void take([...(input.files ?? [])]);
    input.click();
  }, [take]);

  /** Imports the file at an address; the server fetches it. */
  const takeFrom = useCallback(async (address: string) => {
    const { url, name } = rawAddress(address);
    const file = await unwrap(api.GET('/api/templates/file', { params: { query: { url } } }));
    await take([new File([JSON.stringify(file)], name, { type: 'application/json' })]);
  }, [take]);

  return { take, takeFrom, choose, failures, dismiss: () => setFailures([]), isBusy: isPending };
}
