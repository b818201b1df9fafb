import { Button, Loader, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { isObject, type JsonObject } from '../../api/json';
import type { ExecutionRow, StartRequest, TrialRequest } from '../../api/types';
import { LoadError } from '../../shared/LoadError';
import { newKey } from '../../shared/newKey';
import { useNavigate } from '../../shared/routing';
import { toastError } from '../../shared/toast';
import { ParamField } from './ParamField';
import classes from './RunDialog.module.css';
import { descriptionsOf, fieldsOf, paramsOf, problemOf } from './params';
import { templateQuery } from './queries';

interface Props {
  /** The template; undefined for a drawing that has neither been saved nor tried. */
  templateId: string | undefined;
  name: string;
  /** The default params of what is drawn; those of the template unless given. */
  defaults?: JsonObject;
  /** What is said above; “Run” and the name unless given. */
  title?: string;
  request?: TrialRequest;
  /** What to do with the execution; the page goes there unless given. */
  onStart?: (execution: ExecutionRow) => void;
  close: () => void;
}

/** Asks for the params of an execution, starts it and goes there. */
export function RunDialog({ templateId, name, title, defaults, request, onStart, close }: Props) {
  const { data, error, refetch } = useQuery({ ...templateQuery(templateId ?? ''), enabled: defaults === undefined });
  const params = defaults ?? (data && (isObject(data.default_params_json) ? data.default_params_json : {}));
  return (
    <Modal opened onClose={close} title={title ?? `Run “${name}”`} size="lg">
      {error ? <LoadError error={error} retry={() => void refetch()} /> : null}
      {params ? <RunForm templateId={templateId} request={request} onStart={onStart} defaults={params} descriptions={descriptionsOf(data?.nodes_json)} /> : error ? null : <Loader size="sm" />}
    </Modal>
  );
}

function RunForm({ templateId, request, onStart, defaults, descriptions }: Pick<Props, 'templateId' | 'request' | 'onStart'> & { defaults: JsonObject; descriptions: Readonly<Record<string, string>> }) {
  const [fields, setFields] = useState(() => fieldsOf(defaults));
  const [isChecked, setChecked] = useState(false);
  // One key for this dialog: a start that is sent twice starts once.
  const [key] = useState(newKey);
  const navigate = useNavigate();
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () => unwrap(api.POST('/api/executions', {
      params: { header: { 'Idempotency-Key': key } },
      // The description of the API knows no type for "any JSON".
      body: { ...request, template_id: templateId, params: paramsOf(fields) as StartRequest['params'] },
    })),
    onSuccess: async (execution) => {
      void client.invalidateQueries({ queryKey: ['executions'] });
      if (onStart) onStart(execution);
      else await navigate({ to: '/executions/:executionId', params: { executionId: execution.id } });
    },
    onError: toastError,
  });

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (fields.every((field) => problemOf(field) === null)) start.mutate();
      }}
      noValidate
    >
      {fields.length === 0 ? <p className={classes.none}>This workflow takes no params.</p> : null}
      {fields.map((field) => (
        <ParamField
          key={field.name} field={field} isChecked={isChecked} description={descriptions[field.name]}
          change={(value) => setFields((all) => all.map((one) => (one.name === field.name ? { ...one, value } : one)))}
        />
      ))}
      <Button type="submit" loading={start.isPending} leftSection={<Play size={15} fill="currentColor" aria-hidden />} className={classes.submit} data-autofocus={fields.length === 0}>Run</Button>
    </form>
  );
}
