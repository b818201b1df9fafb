import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { api, unwrap } from '../../api/client';
import { useMayAdmin } from '../../app/session';
import { useNow } from '../../shared/clock';
import { capital, formatAgo, formatDateTime, plural } from '../../shared/format';
import { LoadError } from '../../shared/LoadError';
import { Link, useNavigate, useSearch } from '../../shared/routing';
import { StatusBadge } from '../../shared/StatusBadge';
import { useChange } from '../../shared/useChange';
import { useTemplateNames } from '../templates/queries';
import { events } from './events';
import { deliveriesQuery, type Delivery, type Subscription } from './queries';
import { deliveryStatuses } from './tabs';
import classes from './Triggers.module.css';

const route = { from: '/triggers' } as const;

/** What has been told and what has not arrived, newest first; each can be sent again. */
export function Deliveries({ subscriptions }: { subscriptions: readonly Subscription[] }) {
  const { status, subscription } = useSearch(route);
  const navigate = useNavigate(route);
  const query = useInfiniteQuery(deliveriesQuery(status, subscription));
  const mayChange = useMayAdmin();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const addresses = new Map(subscriptions.map(({ id, url }) => [id, url]));
  return (
    <section className={classes.deliveries} aria-labelledby="deliveries">
      <h2 className={classes.heading} id="deliveries">Deliveries</h2>
      <p className={classes.text}>
        {subscription ? `To ${addresses.get(subscription) ?? subscription}. ` : 'To subscriptions, to callbacks of single executions, and to workflows that are started by a failure. '}
        {mayChange ? '“Send again” sends the same event at once, with the same id, and for another day if it is not taken.' : null}
      </p>
      <div className={classes.filter} role="group" aria-label="Deliveries by status">
        {[undefined, ...deliveryStatuses].map((one) => (
          <Button
            key={one ?? 'all'} size="xs" variant={status === one ? 'light' : 'default'} aria-pressed={status === one}
            onClick={() => void navigate({ search: (search) => ({ ...search, status: one }), replace: true })}
          >
            {one ? capital(one) : 'All'}
          </Button>
        ))}
        {subscription ? <Button size="xs" variant="subtle" onClick={() => void navigate({ search: (search) => ({ ...search, subscription: undefined }), replace: true })}>To all addresses</Button> : null}
      </div>
      {query.error ? <LoadError error={query.error} isStale={query.data !== undefined} retry={() => void query.refetch()} /> : null}
      {query.data && rows.length === 0 ? <p className={classes.hint}>{status ? `No delivery is ${status}.` : 'Nothing has been sent yet.'}</p> : null}
      <ul className={classes.rows} aria-labelledby="deliveries">
        {rows.map((row) => <Row key={row.id} delivery={row} address={row.url ?? addresses.get(row.subscription_id ?? '') ?? row.subscription_id ?? ''} mayChange={mayChange} />)}
      </ul>
      {query.hasNextPage ? <Button variant="default" mt="md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button> : null}
    </section>
  );
}

function Row({ delivery, address, mayChange }: { delivery: Delivery; address: string; mayChange: boolean }) {
  const names = useTemplateNames();
  const now = useNow(false);
  const event = events.get(delivery.event_type) ?? delivery.event_type;
  const isNew = delivery.status === 'pending' && delivery.attempts === 0;
  const resend = useChange('deliveries', () => unwrap(api.POST('/api/deliveries/{id}/resend', { params: { path: { id: delivery.id } } })), () => 'It is sent again now');
  const hasFailed = delivery.last_error && delivery.status !== 'delivered';
  return (
    <li className={classes.delivery}>
      <div className={classes.told}>
        <Link to="/executions/:executionId" params={{ executionId: delivery.execution_id }} title={delivery.execution_id}>{event}</Link>
        {delivery.template_id
          ? <span>starts <Link to="/templates/:templateId" params={{ templateId: delivery.template_id }}>{names.get(delivery.template_id) ?? delivery.template_id}</Link></span>
          : <span>to {address}</span>}
        {hasFailed ? (
          <p className={classes.why}>
            {delivery.last_error?.replace(/[^.]$/, '$&.')}
            {delivery.status === 'failed' ? ` Given up after ${plural(delivery.attempts ?? 0, 'attempt')}.` : ` Next attempt ${formatAgo(delivery.next_attempt_at, now).replace('just ', '')}.`}
          </p>
        ) : null}
      </div>
      <StatusBadge status={delivery.status} size="sm" />
      <span className={classes.when} title={formatDateTime(delivery.delivered_at ?? delivery.created_at)}>
        {plural(delivery.attempts ?? 0, 'attempt')} · {formatAgo(delivery.delivered_at ?? delivery.created_at, now)}
      </span>
      {mayChange ? (
        <Button
          size="compact-xs" variant="default" leftSection={<Send size={12} aria-hidden />} loading={resend.isPending} onClick={() => resend.mutate(undefined)}
          style={isNew ? { visibility: 'hidden' } : undefined} aria-label={`Send again: ${event}, ${delivery.id}`}
        >
          Send again
        </Button>
      ) : null}
    </li>
  );
}
