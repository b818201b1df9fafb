import { CalendarClock, User, Webhook } from 'lucide-react';
import classes from './StartedBy.module.css';

interface Props {
  /** The id of a schedule or a hook, or the name of a caller; null if another program inserted the execution. */
  by: string | null | undefined;
  isShort?: boolean;
}

/** What started an execution. */
export function StartedBy({ by, isShort }: Props) {
  const before = isShort ? '' : 'Started by ';
  const Icon = by?.startsWith('sched-') ? CalendarClock : by?.startsWith('hook-') ? Webhook : User;
  const text = by == null ? 'another program' : by.startsWith('sched-') ? 'a schedule' : by.startsWith('hook-') ? 'a hook' : by;
  return <span className={classes.by} title={by ?? undefined}><Icon size={13} aria-hidden /> {before}{text}</span>;
}
