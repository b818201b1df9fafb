import { ActionIcon, Button, Switch } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Pencil, Plus, Trash2, Webhook } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { useMayAdmin } from '../../app/session';
import { useNow } from '../../shared/clock';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { EmptyState } from '../../shared/EmptyState';
import { formatAgo } from '../../shared/format';
import { lazyPart } from '../../shared/loadCode';
import { LoadError } from '../../shared/LoadError';
import { Link } from '../../shared/routing';
import { useChange } from '../../shared/useChange';
import { useTemplateNames } from '../templates/queries';
import { hooksQuery, toHookRequest, type Hook } from './queries';
import classes from './Triggers.module.css';

const HookDialog = lazyPart(() => import('./HookDialog'), 'HookDialog');
const ShownOnce = lazyPart(() => import('./ShownOnce'), 'ShownOnce');

/** Addresses with which other systems start workflows. */
export function HooksTab({ template }: { template: string | undefined }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(hooksQuery(template));
  const [edited, setEdited] = useState<Hook | 'new' | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const mayChange = useMayAdmin();
  const hooks = data?.pages.flatMap((page) => page.items) ?? [];
  const add = mayChange ? <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setEdited('new')}>New hook</Button> : null;
  return (
    <>
      {error ? <LoadError error={error} isStale={data !== undefined} retry={() => void refetch()} /> : null}
      {data && hooks.length === 0 ? (
        <EmptyState icon={Webhook} title="No hooks" text="A hook is an address with which another system starts a workflow. What it sends becomes the params.">{add}</EmptyState>
      ) : (
        <div className={classes.intro}>
          <p className={classes.text}>Anyone with the address of a hook can start its workflow, and do nothing else with it.</p>
          {add}
        </div>
      )}
      <ul className={classes.list} aria-label="Hooks">
        {hooks.map((hook) => <Card key={hook.id} hook={hook} mayChange={mayChange} edit={() => setEdited(hook)} />)}
      </ul>
      {hasNextPage ? <Button variant="default" mt="md" onClick={() => void fetchNextPage()}>Show more</Button> : null}
      {edited ? <HookDialog hook={edited === 'new' ? undefined : edited} template={template} created={setMade} close={() => setEdited(null)} /> : null}
      {made ? (
        <ShownOnce title="The address of the hook" text="Copy it now: it cannot be shown again. If it is lost, delete the hook and create another one." label="Address of the hook" secret={made} close={() => setMade(null)}>
          <div>
            <p className={classes.hint}>Try it:</p>
            <pre className={classes.code}>{sampleCall(made)}</pre>
          </div>
        </ShownOnce>
      ) : null}
    </>
  );
}

function Card({ hook, mayChange, edit }: { hook: Hook; mayChange: boolean; edit: () => void }) {
  const names = useTemplateNames();
  const now = useNow(false);
  const [isDeleting, setDeleting] = useState(false);
  const workflow = names.get(hook.template_id) ?? hook.template_id;
  const name = hook.name ?? workflow;
  const turn = useChange('hooks', (is_enabled: boolean) => unwrap(api.PUT('/api/hooks/{hook}', {
    params: { path: { hook: hook.id } }, body: { ...toHookRequest(hook), is_enabled },
  })), (isOn) => (isOn ? 'Switched on' : 'Switched off'));
  const remove = useChange('hooks', () => unwrap(api.DELETE('/api/hooks/{hook}', { params: { path: { hook: hook.id } } })), () => 'Deleted the hook');
  return (
    <li className={classes.card}>
      <div>
        <h2 className={classes.title}>{name}</h2>
        <div className={classes.facts}>
          <span>Starts <Link to="/templates/:templateId" params={{ templateId: hook.template_id }}>{workflow}</Link></span>
          <span>{hook.last_used_at ? `Last used ${formatAgo(hook.last_used_at, now)}` : 'Never used'}</span>
          <Link to="/executions" search={{ by: hook.id }}>Its executions</Link>
          {hook.is_enabled ? null : <span>Switched off: calls are answered with 404</span>}
        </div>
      </div>
      {mayChange ? (
        <div className={classes.tools}>
          <Switch checked={hook.is_enabled ?? false} disabled={turn.isPending} onChange={(event) => turn.mutate(event.currentTarget.checked)} aria-label={`${name} is on`} />
          <ActionIcon variant="subtle" color="gray" onClick={edit} aria-label={`Edit ${name}`}><Pencil size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="red" onClick={() => setDeleting(true)} aria-label={`Delete ${name}`}><Trash2 size={16} /></ActionIcon>
        </div>
      ) : null}
      <details className={classes.sample}>
        <summary>Sample call</summary>
        <pre className={classes.code}>{sampleCall(`${location.origin}/api/hooks/TOKEN`)}</pre>
      </details>
      {isDeleting ? (
        <ConfirmDialog title={`Delete “${name}”?`} action="Delete" isDangerous isBusy={remove.isPending} confirm={() => remove.mutate(undefined)} close={() => setDeleting(false)}>
          Its address stops working. The executions that it has started stay.
        </ConfirmDialog>
      ) : null}
    </li>
  );
}

/** How a hook is called from a shell. */
function sampleCall(address: string): string {
  return `curl -si '${address}' \\\n  -H 'Content-Type: application/json' -H 'Idempotency-Key: message-1' \\\n  -d '{ "topic": "tea" }'`;
}
