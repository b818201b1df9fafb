import { useQuery } from '@tanstack/react-query';
import { CalendarClock, CornerLeftUp, Database, GitFork, Rows3, User, Webhook, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, type Target } from '../../shared/routing';
import type { ExecutionRow } from '../../api/types';
import { inWords } from '../triggers/cron';
import { hookQuery, scheduleQuery } from '../triggers/queries';
import { baseNodeId } from './model/runs';
import classes from './StartedBy.module.css';

interface Starter {
  icon: LucideIcon;
  text: string;
  /** Where there is more of it. */
  link?: Target;
}

/**
 * What people read of who asked for an execution.
 * @param by The id of a schedule, a hook or a batch, or the name of a caller; null if another program inserted the execution.
 */
export function useStarter(by: string | null | undefined): Starter {
  const [isSchedule, isHook] = [by?.startsWith('sched-') ?? false, by?.startsWith('hook-') ?? false];
  const schedule = useQuery({ ...scheduleQuery(by ?? ''), enabled: isSchedule, retry: false }).data;
  const hook = useQuery({ ...hookQuery(by ?? ''), enabled: isHook, retry: false }).data;
  if (by == null) return { icon: Database, text: 'another program' };
  if (isSchedule) return { icon: CalendarClock, text: schedule ? `schedule: ${inWords(schedule.cron)}` : 'a schedule', link: { to: '/triggers', search: { tab: 'schedules', template: schedule?.template_id } } };
  if (isHook) return { icon: Webhook, text: hook?.name ? `hook: ${hook.name}` : 'a hook', link: { to: '/triggers', search: { tab: 'hooks', template: hook?.template_id } } };
  if (by.startsWith('batch-')) return { icon: Rows3, text: 'a batch', link: { to: '/batches/:batchId', params: { batchId: by } } };
  return { icon: User, text: by };
}

interface Props {
  execution: ExecutionRow;
  /** Whether the place says already that it is about what started something. */
  isShort?: boolean;
}

/** What started an execution; where there is room, also from which one it goes on. */
export function StartedBy({ execution, isShort }: Props) {
  const { parent_execution_id: parent, parent_node_id: node, origin_execution_id: origin, origin_checkpoint_id: checkpoint } = execution;
  const before = isShort ? '' : 'Started by ';
  if (parent) return <Origin icon={CornerLeftUp} link={{ to: '/executions/:executionId', params: { executionId: parent }, search: node ? { node: baseNodeId(node) } : {} }}>{before}another execution</Origin>;
  if (origin && !isShort) return <Origin icon={GitFork} link={{ to: '/executions/:executionId', params: { executionId: origin } }}>{checkpoint ? 'Forked' : 'Goes on'} from another execution</Origin>;
  return <Caller by={execution.created_by} before={before} />;
}

function Caller({ by, before }: { by: string | null | undefined; before: string }) {
  const { text, ...starter } = useStarter(by);
  return <Origin {...starter}>{before}{text}</Origin>;
}

function Origin({ icon: Icon, link, children }: Omit<Starter, 'text'> & { children: ReactNode }) {
  const content = <><Icon size={13} aria-hidden /> {children}</>;
  return link ? <Link {...link} className={classes.by}>{content}</Link> : <span className={classes.by}>{content}</span>;
}
