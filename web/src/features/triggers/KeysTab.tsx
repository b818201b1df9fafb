import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { useMayAdmin } from '../../app/session';
import { useNow } from '../../shared/clock';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { EmptyState } from '../../shared/EmptyState';
import { formatAgo } from '../../shared/format';
import { lazyPart } from '../../shared/loadCode';
import { LoadError } from '../../shared/LoadError';
import { useChange } from '../../shared/useChange';
import { keysQuery, scopes, type ApiKey } from './queries';
import classes from './Triggers.module.css';

const ShownOnce = lazyPart(() => import('./ShownOnce'), 'ShownOnce');

const KeyDialog = lazyPart(() => import('./KeyDialog'), 'KeyDialog');

/** The keys with which people and programs call this server. */
export function KeysTab() {
  const mayChange = useMayAdmin();
  const { data, error, refetch } = useQuery({ ...keysQuery, enabled: mayChange });
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  if (!mayChange) return <EmptyState icon={KeyRound} title="Only for administrators" text="Ask an administrator of this server for a key." />;
  const add = <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>New key</Button>;
  return (
    <>
      {error ? <LoadError error={error} isStale={data !== undefined} retry={() => void refetch()} /> : null}
      {data?.length === 0 ? (
        <EmptyState icon={KeyRound} title="No API keys" text="People and programs call this server with a key. It says what they may do, and in which workspaces.">{add}</EmptyState>
      ) : (
        <div className={classes.intro}>
          <p className={classes.text}>What is done with a key is recorded under its name. Send it as <code>Authorization: Bearer …</code>.</p>
          {add}
        </div>
      )}
      <ul className={classes.list} aria-label="API keys">{data?.map((key) => <Card key={key.id} apiKey={key} />)}</ul>
      {isMaking ? <KeyDialog created={setMade} close={() => setMaking(false)} /> : null}
      {made ? <ShownOnce title="The key" text="Copy it now: it cannot be shown again. Only a hash of it is kept." label="API key" secret={made} close={() => setMade(null)} /> : null}
    </>
  );
}

function Card({ apiKey: key }: { apiKey: ApiKey }) {
  const now = useNow(false);
  const [isAsked, setAsked] = useState(false);
  const revoke = useChange('keys', () => unwrap(api.DELETE('/api/keys/{id}', { params: { path: { id: key.id } } })), () => `Revoked ${key.name}`);
  const isRevoked = key.revoked_at != null;
  return (
    <li className={classes.card}>
      <div>
        <h2 className={classes.title}>{key.name}</h2>
        <div className={classes.facts}>
          <span className={classes.badge}>{scopes.find(({ value }) => value === key.scope)?.label ?? key.scope}</span>
          {key.scope === 'work' ? <span>{key.queues ? `Queues: ${key.queues.join(', ')}` : 'All queues'}</span> : null}
          <span>{key.workspaces ? `Workspaces: ${key.workspaces.join(', ')}` : 'All workspaces'}</span>
          <span>{isRevoked ? `Revoked ${formatAgo(key.revoked_at, now)}` : key.last_used_at ? `Last used ${formatAgo(key.last_used_at, now)}` : 'Never used'}</span>
          <span>Created {formatAgo(key.created_at, now)}{key.created_by ? ` by ${key.created_by}` : ''}</span>
        </div>
      </div>
      <div className={classes.tools}>{isRevoked ? null : <Button size="xs" variant="light" color="red" onClick={() => setAsked(true)} aria-label={`Revoke ${key.name}`}>Revoke</Button>}</div>
      {isAsked ? (
        <ConfirmDialog title={`Revoke “${key.name}”?`} action="Revoke" isDangerous isBusy={revoke.isPending} confirm={() => revoke.mutate(undefined, { onSettled: () => setAsked(false) })} close={() => setAsked(false)}>
          It stops working at once, and cannot be brought back. What was done with it stays in the record.
        </ConfirmDialog>
      ) : null}
    </li>
  );
}
