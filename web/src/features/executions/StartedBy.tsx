import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CalendarClock, Database, User, Webhook } from 'lucide-react';
import { hookQuery, scheduleQuery } from '../triggers/queries';
import { inWords } from '../triggers/cron';
import classes from './StartedBy.module.css';

interface Props {
  /** The id of a schedule or a hook, or the name of a caller; null if another program inserted the execution. */
  by: string | null | undefined;
  /** Whether the place says already that it is about what started something. */
  isShort?: boolean;
}

/** What started an execution. */
export function StartedBy({ by, isShort }: Props) {
  const before = isShort ? '' : 'Started by ';
  if (by == null) return <span className={classes.by}><Database size={13} aria-hidden /> {before}another program</span>;
  if (by.startsWith('sched-')) return <Schedule id={by} before={before} />;
  if (by.startsWith('hook-')) return <Hook id={by} before={before} />;
  return <span className={classes.by}><User size={13} aria-hidden /> {before}{by}</span>;
}

function Schedule({ id, before }: { id: string; before: string }) {
  const { data } = useQuery({ ...scheduleQuery(id), retry: false });
  return (
    <Link to="/triggers" search={{ tab: 'schedules', template: data?.template_id }} className={classes.by}>
      <CalendarClock size={13} aria-hidden /> {before}{data ? `schedule: ${inWords(data.cron)}` : 'a schedule'}
    </Link>
  );
}

function Hook({ id, before }: { id: string; before: string }) {
  const { data } = useQuery({ ...hookQuery(id), retry: false });
  return (
    <Link to="/triggers" search={{ tab: 'hooks', template: data?.template_id }} className={classes.by}>
      <Webhook size={13} aria-hidden /> {before}{data?.name ? `hook: ${data.name}` : 'a hook'}
    </Link>
  );
}
