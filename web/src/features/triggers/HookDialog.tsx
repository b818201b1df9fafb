import { Button, Modal, Select, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { isObject, stringsOf, type JsonObject } from '../../api/json';
import { toastDone } from '../../shared/toast';
import { useTemplateNames } from '../templates/queries';
import { toHookRequest, type Hook, type HookRequest } from './queries';
import { Refusal } from './Refusal';
import classes from './Triggers.module.css';

interface Props {
  hook: Hook | undefined;
  template: string | undefined;
  /** Gets the address of a new one. */
  created: (address: string) => void;
  close: () => void;
}

/** Makes or changes a hook. */
export function HookDialog({ hook, template, created, close }: Props) {
  const config: JsonObject = hook && isObject(hook.config) ? hook.config : {};
  const [templateId, setTemplateId] = useState<string | null>(hook?.template_id ?? template ?? null);
  const [name, setName] = useState(hook?.name ?? '');
  const [secret, setSecret] = useState(typeof config.hook_secret === 'string' ? config.hook_secret : '');
  const [headers, setHeaders] = useState(stringsOf(config.hook_headers));
  const names = useTemplateNames();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: async () => {
      const { hook_secret: _, hook_headers: __, ...rest } = config;
      const next = { ...rest, ...(secret.trim() ? { hook_secret: secret.trim() } : {}), ...(headers.length > 0 ? { hook_headers: headers } : {}) };
      const body = {
        ...(hook && hook.template_id === templateId ? toHookRequest(hook) : { is_enabled: hook?.is_enabled ?? true }),
        template_id: templateId!, name: name.trim() || null, config: next,
      } as HookRequest;
      if (!hook) return (await unwrap(api.POST('/api/hooks', { body }))).url ?? null;
      await unwrap(api.PUT('/api/hooks/{hook}', { params: { path: { hook: hook.id } }, body }));
      return null;
    },
    onSuccess: (address) => {
      if (address) created(address);
      else toastDone('Saved the hook');
      void client.invalidateQueries({ queryKey: ['hooks'] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={hook ? 'Edit the hook' : 'New hook'} size="lg">
      <form
        className={classes.form} noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextInput label="Name" placeholder="Feedback form" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <Select label="Workflow" searchable data={[...names].map(([value, label]) => ({ value, label }))} value={templateId} onChange={setTemplateId} nothingFoundMessage="No such workflow" />
        <TextInput label="Secret for signatures" description="The name of a secret of the server. Calls that are not signed with it are refused (GitHub, Standard Webhooks)." placeholder="None: anyone with the address may call" value={secret} onChange={(event) => setSecret(event.currentTarget.value)} />
        <TagsInput label="Headers to keep" description="Read them as params.headers.<name>, in lower case." placeholder={headers.length === 0 ? 'X-GitHub-Event' : undefined} value={headers} onChange={setHeaders} />
        <Refusal error={save.error} />
        <div className={classes.end}>
          <Button variant="default" onClick={close}>Cancel</Button>
          <Button type="submit" loading={save.isPending} disabled={templateId === null}>{hook ? 'Save' : 'Create'}</Button>
        </div>
      </form>
    </Modal>
  );
}
