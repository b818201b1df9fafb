import { useInfiniteQuery } from '@tanstack/react-query';
import { CalendarClock, Plus, Webhook } from 'lucide-react';
import { Link } from '../../shared/routing';
import { inWords } from './cron';
import { hooksQuery, schedulesQuery } from './queries';
import classes from './TemplateTriggers.module.css';

/** What starts a workflow by itself. */
export function TemplateTriggers({ templateId }: { templateId: string }) {
  const schedules = useInfiniteQuery(schedulesQuery(templateId)).data?.pages.flatMap((page) => page.items) ?? [];
  const hooks = useInfiniteQuery(hooksQuery(templateId)).data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.triggers} aria-label="Triggers">
      <h3 className={classes.title}>Triggers</h3>
      <ul className={classes.list}>
        {schedules.map((schedule) => (
          <li key={schedule.id}>
            <Link to="/triggers" search={{ tab: 'schedules', template: templateId }} className={classes.one}>
              <CalendarClock size={14} aria-hidden /> {inWords(schedule.cron)}{schedule.is_enabled ? '' : ' (off)'}
            </Link>
          </li>
        ))}
        {hooks.map((hook) => (
          <li key={hook.id}>
            <Link to="/triggers" search={{ tab: 'hooks', template: templateId }} className={classes.one}>
              <Webhook size={14} aria-hidden /> {hook.name ?? 'Hook'}{hook.is_enabled ? '' : ' (off)'}
            </Link>
          </li>
        ))}
        <li><Link to="/triggers" search={{ tab: 'schedules', template: templateId }} className={classes.one}><Plus size={14} aria-hidden /> Add a schedule or a hook</Link></li>
      </ul>
    </section>
  );
}
