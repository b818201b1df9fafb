import { ActionIcon, Button, Switch } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Pencil, Plus, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { useMayAdmin } from '../../app/session';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { EmptyState } from '../../shared/EmptyState';
import { lazyPart } from '../../shared/loadCode';
import { LoadError } from '../../shared/LoadError';
import { Link } from '../../shared/routing';
import { useChange } from '../../shared/useChange';
import { useTemplateNames } from '../templates/queries';
import { Deliveries } from './Deliveries';
import { events } from './events';
import { subscriptionsQuery, toSubscriptionRequest, type Subscription } from './queries';
import classes from './Triggers.module.css';

const SubscriptionDialog = lazyPart(() => import('./SubscriptionDialog'), 'SubscriptionDialog');

/** Addresses that are told of what happens in executions, and what became of each event. */
export function SubscriptionsTab({ template }: { template: string | undefined }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(subscriptionsQuery(template));
  const [edited, setEdited] = useState<Subscription | 'new' | null>(null);
  const mayChange = useMayAdmin();
  const subscriptions = data?.pages.flatMap((page) => page.items) ?? [];
  const add = mayChange ? <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setEdited('new')}>New subscription</Button> : null;
  return (
    <>
      {error ? <LoadError error={error} isStale={data !== undefined} retry={() => void refetch()} /> : null}
      {data && subscriptions.length === 0 ? (
        <EmptyState icon={Send} title="No subscriptions" text="A subscription tells another system what happens: each event of an execution is sent to its address.">{add}</EmptyState>
      ) : (
        <div className={classes.intro}>
          <p className={classes.text}>Each event is sent at least once. An address that does not take it gets it again for a day.</p>
          {add}
        </div>
      )}
      <ul className={classes.list} aria-label="Subscriptions">
        {subscriptions.map((subscription) => <Card key={subscription.id} subscription={subscription} mayChange={mayChange} edit={() => setEdited(subscription)} />)}
      </ul>
      {hasNextPage ? <Button variant="default" mt="md" onClick={() => void fetchNextPage()}>Show more</Button> : null}
      <Deliveries subscriptions={subscriptions} />
      {edited ? <SubscriptionDialog subscription={edited === 'new' ? undefined : edited} template={template} close={() => setEdited(null)} /> : null}
    </>
  );
}

function Card({ subscription, mayChange, edit }: { subscription: Subscription; mayChange: boolean; edit: () => void }) {
  const names = useTemplateNames();
  const [isDeleting, setDeleting] = useState(false);
  const { id, url, template_id: templateId } = subscription;
  const path = { params: { path: { id } } };
  const turn = useChange('subscriptions', (is_enabled: boolean) => unwrap(api.PUT('/api/subscriptions/{id}', {
    ...path, body: { ...toSubscriptionRequest(subscription), is_enabled },
  })), (isOn) => (isOn ? 'Switched on' : 'Switched off'));
  const remove = useChange('subscriptions', () => unwrap(api.DELETE('/api/subscriptions/{id}', path)), () => 'Deleted the subscription');
  return (
    <li className={classes.card}>
      <div>
        <h2 className={classes.title}>{url}</h2>
        <div className={classes.facts}>
          {templateId
            ? <span>Only of <Link to="/templates/:templateId" params={{ templateId }}>{names.get(templateId) ?? templateId}</Link></span>
            : <span>All workflows of {subscription.workspace_id}</span>}
          <span>{subscription.events ? subscription.events.map((event) => events.get(event) ?? event).join(', ') : 'All events'}</span>
          <span>{subscription.secret ? <>Signed with <code>{subscription.secret}</code></> : 'Not signed'}</span>
          <Link to="/triggers" search={{ tab: 'subscriptions', subscription: id }}>Its deliveries</Link>
          {subscription.is_enabled ? null : <span>Switched off: it is told of nothing new</span>}
        </div>
      </div>
      {mayChange ? (
        <div className={classes.tools}>
          <Switch checked={subscription.is_enabled ?? false} disabled={turn.isPending} onChange={(event) => turn.mutate(event.currentTarget.checked)} aria-label={`${url} is on`} />
          <ActionIcon variant="subtle" color="gray" onClick={edit} aria-label={`Edit ${url}`}><Pencil size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="red" onClick={() => setDeleting(true)} aria-label={`Delete ${url}`}><Trash2 size={16} /></ActionIcon>
        </div>
      ) : null}
      {isDeleting ? (
        <ConfirmDialog title="Delete this subscription?" action="Delete" isDangerous isBusy={remove.isPending} confirm={() => remove.mutate(undefined)} close={() => setDeleting(false)}>
          {url} is told of nothing more. Its deliveries are deleted too, also those that have not arrived yet.
        </ConfirmDialog>
      ) : null}
    </li>
  );
}
