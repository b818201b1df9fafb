import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { toastDone } from '../../shared/toast';
import { useTemplateNames } from '../templates/queries';
import { events } from './events';
import { toSubscriptionRequest, type Subscription, type SubscriptionRequest } from './queries';
import { Refusal } from './Refusal';
import classes from './Triggers.module.css';

interface Props {
  subscription: Subscription | undefined;
  template: string | undefined;
  close: () => void;
}

/** Makes or changes a subscription. */
export function SubscriptionDialog({ subscription, template, close }: Props) {
  const [url, setUrl] = useState(subscription?.url ?? '');
  const [templateId, setTemplateId] = useState<string | null>(subscription ? subscription.template_id ?? null : template ?? null);
  const [secret, setSecret] = useState(subscription?.secret ?? '');
  const [told, setTold] = useState<readonly string[]>(subscription?.events ?? [...events.keys()]);
  const names = useTemplateNames();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      const body = {
        ...(subscription ? toSubscriptionRequest(subscription) : {}),
        url: url.trim(), template_id: templateId, secret: secret.trim() || null,
        // All of them are those too that there will be.
        events: told.length === events.size ? null : told,
      } as SubscriptionRequest;
      return unwrap(subscription ? api.PUT('/api/subscriptions/{id}', { params: { path: { id: subscription.id } }, body }) : api.POST('/api/subscriptions', { body }));
    },
    onSuccess: () => {
      toastDone(subscription ? 'Saved the subscription' : 'Created the subscription');
      void client.invalidateQueries({ queryKey: ['subscriptions'] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={subscription ? 'Edit the subscription' : 'New subscription'} size="lg">
      <form
        className={classes.form} noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextInput
          label="Address" description={subscription ? 'What has not arrived yet goes to the new address.' : 'Gets each event by POST, as a CloudEvent.'}
          placeholder="https://example.com/events" inputMode="url" value={url} onChange={(event) => setUrl(event.currentTarget.value)} data-autofocus
        />
        <Select
          label="Workflow" placeholder="All workflows" clearable searchable nothingFoundMessage="No such workflow" data={[...names].map(([value, label]) => ({ value, label }))}
          value={templateId} onChange={setTemplateId} clearButtonProps={{ 'aria-label': 'All workflows' }}
        />
        <fieldset className={classes.set}>
          <legend>Events</legend>
          <div className={classes.row}>
            {[...events].map(([event, label]) => (
              <Checkbox
                key={event} size="sm" label={label} checked={told.includes(event)}
                onChange={() => setTold([...events.keys()].filter((one) => (one === event ? !told.includes(one) : told.includes(one))))}
              />
            ))}
          </div>
        </fieldset>
        <TextInput
          label="Secret for signatures" description="The name of a secret of the server. Events are signed with it (Standard Webhooks)." placeholder="None: events are not signed"
          value={secret} onChange={(event) => setSecret(event.currentTarget.value)}
        />
        <Refusal error={save.error} />
        <div className={classes.end}>
          <Button variant="default" onClick={close}>Cancel</Button>
          <Button type="submit" loading={save.isPending} disabled={url.trim() === '' || told.length === 0}>{subscription ? 'Save' : 'Create'}</Button>
        </div>
      </form>
    </Modal>
  );
}
