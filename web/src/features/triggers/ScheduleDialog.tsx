import { Button, Modal, NumberInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { isObject, type JsonObject } from '../../api/json';
import { toastDone } from '../../shared/toast';
import { ParamField } from '../templates/ParamField';
import { fieldsOf, paramsOf, problemOf } from '../templates/params';
import { templateQuery, useTemplateNames } from '../templates/queries';
import { days, readCron, toCron, type Often, type When } from './cron';
import { toScheduleRequest, type Schedule, type ScheduleRequest } from './queries';
import { Refusal } from './Refusal';
import classes from './Triggers.module.css';

const often: { value: Often; label: string }[] = [
  { value: 'minutes', label: 'Every few minutes' }, { value: 'hour', label: 'Every hour' }, { value: 'day', label: 'Every day' },
  { value: 'weekdays', label: 'Monday to Friday' }, { value: 'week', label: 'Every week' }, { value: 'cron', label: 'Cron expression' },
];

const missed = [
  { value: 'skip', label: 'Skip them' }, { value: 'run_once', label: 'Run once for all of them' }, { value: 'run_all', label: 'Run each of them' },
];

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = [...new Set([ownZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])];

interface Props {
  schedule: Schedule | undefined;
  template: string | undefined;
  close: () => void;
}

/** Makes or changes a schedule. */
export function ScheduleDialog({ schedule, template, close }: Props) {
  const [templateId, setTemplateId] = useState<string | null>(schedule?.template_id ?? template ?? null);
  const [when, setWhen] = useState<When>(() => readCron(schedule?.cron ?? '0 7 * * MON-FRI'));
  const [zone, setZone] = useState(schedule?.time_zone ?? ownZone);
  const [onMissed, setOnMissed] = useState(schedule?.on_missed ?? 'skip');
  const [params, setParams] = useState<{ of: string; values: JsonObject } | null>(
    schedule && isObject(schedule.params) ? { of: schedule.template_id, values: schedule.params } : null,
  );
  const names = useTemplateNames();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      const body = {
        ...(schedule && schedule.template_id === templateId ? toScheduleRequest(schedule) : { is_enabled: schedule?.is_enabled ?? true }),
        template_id: templateId!, cron: toCron(when), time_zone: zone, on_missed: onMissed, params: params?.of === templateId ? params!.values : undefined,
      } as ScheduleRequest;
      return unwrap(schedule ? api.PUT('/api/schedules/{id}', { params: { path: { id: schedule.id } }, body }) : api.POST('/api/schedules', { body }));
    },
    onSuccess: () => {
      toastDone(schedule ? 'Saved the schedule' : 'Created the schedule');
      void client.invalidateQueries({ queryKey: ['schedules'] });
      close();
    },
  });
  const change = (part: Partial<When>) => setWhen((before) => ({ ...before, ...part }));
  return (
    <Modal opened onClose={close} title={schedule ? 'Edit the schedule' : 'New schedule'} size="lg">
      <form
        className={classes.form} noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Select label="Workflow" searchable data={[...names].map(([value, label]) => ({ value, label }))} value={templateId} onChange={setTemplateId} nothingFoundMessage="No such workflow" data-autofocus={templateId === null || undefined} />
        <div className={classes.row}>
          <Select label="When" allowDeselect={false} data={often} value={when.often} onChange={(next) => change({ often: next as Often, cron: toCron(when) })} />
          {when.often === 'minutes' ? <NumberInput label="Minutes" min={1} max={59} value={when.minutes} onChange={(value) => change({ minutes: Number(value) || 1 })} /> : null}
          {when.often === 'week' ? <Select label="Day" allowDeselect={false} data={days.map((label, value) => ({ value: String(value), label }))} value={String(when.day)} onChange={(value) => change({ day: Number(value) })} /> : null}
          {when.often === 'cron'
            ? <TextInput label="Cron expression" value={when.cron} onChange={(event) => change({ cron: event.currentTarget.value })} />
            : when.often === 'minutes' ? null : <TextInput label={when.often === 'hour' ? 'At the minute of' : 'Time'} type="time" value={when.time} onChange={(event) => change({ time: event.currentTarget.value || '00:00' })} />}
          <Select label="Time zone" searchable allowDeselect={false} data={zones} value={zone} onChange={(next) => next && setZone(next)} limit={60} />
        </div>
        {when.often === 'cron' ? <p className={classes.hint}>Minute, hour, day of the month, month, day of the week; with a sixth field in front, seconds.</p> : null}
        <Select label="Runs that were missed while no server was running" allowDeselect={false} data={missed} value={onMissed} onChange={(next) => next && setOnMissed(next)} />
        {templateId ? <Params key={templateId} templateId={templateId} given={params?.of === templateId ? params.values : {}} change={(values) => setParams({ of: templateId, values })} /> : null}
        <Refusal error={save.error} />
        <div className={classes.end}>
          <Button variant="default" onClick={close}>Cancel</Button>
          <Button type="submit" loading={save.isPending} disabled={templateId === null}>{schedule ? 'Save' : 'Create'}</Button>
        </div>
      </form>
    </Modal>
  );
}

/** The params of the workflow; what differs from its defaults is kept with the schedule. */
function Params({ templateId, given, change }: { templateId: string; given: JsonObject; change: (params: JsonObject) => void }) {
  const { data } = useQuery(templateQuery(templateId));
  const defaults = isObject(data?.default_params_json) ? data.default_params_json : {};
  const [fields, setFields] = useState<ReturnType<typeof fieldsOf> | null>(null);
  const shown = fields ?? fieldsOf({ ...defaults, ...given });
  if (!data || shown.length === 0) return null;
  return (
    <fieldset className={classes.set}>
      <legend>Params</legend>
      {shown.map((field) => (
        <ParamField
          key={field.name} field={field} isChecked
          change={(value) => {
            const next = shown.map((one) => (one.name === field.name ? { ...one, value } : one));
            setFields(next);
            if (next.some((one) => problemOf(one) !== null)) return;
            change(Object.fromEntries(Object.entries(paramsOf(next)).filter(([name, one]) => name in given || JSON.stringify(one) !== JSON.stringify(defaults[name]))));
          }}
        />
      ))}
    </fieldset>
  );
}
