import { Ban, Check, CircleDashed, Clock, Hourglass, Pause, SkipForward, X, type LucideIcon } from 'lucide-react';
import classes from './StatusBadge.module.css';

const icons: Record<string, LucideIcon> = {
  pending: Clock, running: CircleDashed, waiting: Hourglass, paused: Pause,
  completed: Check, delivered: Check, failed: X, skipped: SkipForward, cancelled: Ban,
};

interface Props {
  status: string;
  size?: 'sm' | 'md';
}

/** A status, told by colour, icon and word. */
export function StatusBadge({ status, size = 'md' }: Props) {
  const Icon = icons[status] ?? CircleDashed;
  return (
    <span className={classes.badge} data-status={status} data-size={size}>
      <Icon size={size === 'sm' ? 11 : 13} strokeWidth={2.6} aria-hidden className={classes.icon} />
      {status}
    </span>
  );
}
