import { ActionIcon, Button, Switch } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CalendarClock, Pencil, Plus, Trash2 } from 'lucide-react';
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
import { inWords } from './cron';
import { schedulesQuery, toScheduleRequest, type Schedule } from './queries';
import classes from './Triggers.module.css';

const ScheduleDialog = lazyPart(() => import('./ScheduleDialog'), 'ScheduleDialog');

const nextTime = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });

/** Workflows that are started by time. */
export function SchedulesTab({ template }: { template: string | undefined }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(schedulesQuery(template));
  const [edited, setEdited] = useState<Schedule | 'new' | null>(null);
  const mayChange = useMayAdmin();
  const schedules = data?.pages.flatMap((page) => page.items) ?? [];
  const add = mayChange ? <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setEdited('new')}>New schedule</Button> : null;
  return (
    <>
      {error ? <LoadError error={error} isStale={data !== undefined} retry={() => void refetch()} /> : null}
      {data && schedules.length === 0 ? (
        <EmptyState icon={CalendarClock} title="No schedules" text="A schedule starts a workflow by time: every hour, on weekdays at seven, or by a cron expression.">{add}</EmptyState>
      ) : (
        <div className={classes.intro}>
          <p className={classes.text}>Each time becomes one execution, even if a server is restarted in that moment.</p>
          {add}
        </div>
      )}
      <ul className={classes.list} aria-label="Schedules">
        {schedules.map((schedule) => <Card key={schedule.id} schedule={schedule} mayChange={mayChange} edit={() => setEdited(schedule)} />)}
      </ul>
      {hasNextPage ? <Button variant="default" mt="md" onClick={() => void fetchNextPage()}>Show more</Button> : null}
      {edited ? <ScheduleDialog schedule={edited === 'new' ? undefined : edited} template={template} close={() => setEdited(null)} /> : null}
    </>
  );
}

function Card({ schedule, mayChange, edit }: { schedule: Schedule; mayChange: boolean; edit: () => void }) {
  const names = useTemplateNames();
  const now = useNow(false);
  const [isDeleting, setDeleting] = useState(false);
  const name = names.get(schedule.template_id) ?? schedule.template_id;
  const turn = useChange('schedules', (is_enabled: boolean) => unwrap(api.PUT('/api/schedules/{id}', {
    params: { path: { id: schedule.id } }, body: { ...toScheduleRequest(schedule), is_enabled },
  })), (isOn) => (isOn ? 'Switched on' : 'Switched off'));
  const remove = useChange('schedules', () => unwrap(api.DELETE('/api/schedules/{id}', { params: { path: { id: schedule.id } } })), () => 'Deleted the schedule');
  return (
    <li className={classes.card}>
      <div>
        <h2 className={classes.title}>{name}: {inWords(schedule.cron)}</h2>
        <div className={classes.facts}>
          <span>{schedule.time_zone}</span>
          <code>{schedule.cron}</code>
          <Link to="/templates/:templateId" params={{ templateId: schedule.template_id }}>Edit the workflow</Link>
          <Link to="/executions" search={{ by: schedule.id }}>Its executions</Link>
          {schedule.last_execution_id
            ? <Link to="/executions/:executionId" params={{ executionId: schedule.last_execution_id }}>Last run {formatAgo(schedule.last_run_at, now)}</Link>
            : <span>Never run</span>}
        </div>
      </div>
      {mayChange ? (
        <div className={classes.tools}>
          <Switch checked={schedule.is_enabled ?? false} disabled={turn.isPending} onChange={(event) => turn.mutate(event.currentTarget.checked)} aria-label={`Schedule of ${name} is on`} />
          <ActionIcon variant="subtle" color="gray" onClick={edit} aria-label={`Edit the schedule of ${name}`}><Pencil size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="red" onClick={() => setDeleting(true)} aria-label={`Delete the schedule of ${name}`}><Trash2 size={16} /></ActionIcon>
        </div>
      ) : null}
      <div className={classes.next}>
        <h3>{schedule.is_enabled ? 'Next runs, in your time zone' : 'Switched off: it starts nothing'}</h3>
        <ol className={classes.times}>{schedule.next_runs?.map((time) => <li key={time} className={classes.time}>{nextTime.format(new Date(time))}</li>)}</ol>
      </div>
      {isDeleting ? (
        <ConfirmDialog title="Delete this schedule?" action="Delete" isDangerous isBusy={remove.isPending} confirm={() => remove.mutate(undefined)} close={() => setDeleting(false)}>
          It will not start anything any more. The executions that it has started stay.
        </ConfirmDialog>
      ) : null}
    </li>
  );
}
