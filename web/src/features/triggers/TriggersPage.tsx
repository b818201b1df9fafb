import { Select, Tabs } from '@mantine/core';
import { CalendarClock, KeyRound, Send, Webhook } from 'lucide-react';
import { PageHead } from '../../shared/PageHead';
import { useNavigate, useSearch } from '../../shared/routing';
import { useTemplateNames } from '../templates/queries';
import { HooksTab } from './HooksTab';
import { KeysTab } from './KeysTab';
import { SchedulesTab } from './SchedulesTab';
import { SubscriptionsTab } from './SubscriptionsTab';
import type { TriggerTab } from './tabs';
import classes from './Triggers.module.css';

/** What starts workflows by itself: times, and other systems; who is told of what happens; and the keys with which others call the API. */
export function TriggersPage() {
  const { tab = 'schedules', template } = useSearch({ from: '/triggers' });
  const navigate = useNavigate({ from: '/triggers' });
  const names = useTemplateNames();
  return (
    <div className={classes.page}>
      <PageHead title="Triggers" subtitle="Start workflows by time and from other systems, tell others what happens, and give out API keys">
        {tab === 'keys' ? null : (
          <Select
            className={classes.select} aria-label="Workflow" placeholder="All workflows" clearable searchable value={template ?? null} nothingFoundMessage="No such workflow"
            data={[...names].map(([value, label]) => ({ value, label }))} clearButtonProps={{ 'aria-label': 'All workflows' }}
            onChange={(next) => void navigate({ search: (search) => ({ ...search, template: next ?? undefined }), replace: true })}
          />
        )}
      </PageHead>
      <Tabs value={tab} keepMounted={false} onChange={(next) => void navigate({ search: { tab: next as TriggerTab, template }, replace: true })}>
        <Tabs.List className={classes.tabs} aria-label="Kinds of triggers">
          <Tabs.Tab value="schedules" leftSection={<CalendarClock size={15} aria-hidden />}>Schedules</Tabs.Tab>
          <Tabs.Tab value="hooks" leftSection={<Webhook size={15} aria-hidden />}>Hooks</Tabs.Tab>
          <Tabs.Tab value="subscriptions" leftSection={<Send size={15} aria-hidden />}>Subscriptions</Tabs.Tab>
          <Tabs.Tab value="keys" leftSection={<KeyRound size={15} aria-hidden />}>API keys</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="schedules"><SchedulesTab template={template} /></Tabs.Panel>
        <Tabs.Panel value="hooks"><HooksTab template={template} /></Tabs.Panel>
        <Tabs.Panel value="subscriptions"><SubscriptionsTab template={template} /></Tabs.Panel>
        <Tabs.Panel value="keys"><KeysTab /></Tabs.Panel>
      </Tabs>
    </div>
  );
}
