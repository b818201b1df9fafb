import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './EmptyState.module.css';

interface Props {
  icon: LucideIcon;
  title: string;
  text: ReactNode;
  children?: ReactNode;
}

/** Says why there is nothing to see, and what to do about it. */
export function EmptyState({ icon: Icon, title, text, children }: Props) {
  return (
    <section className={classes.empty}>
      <span className={classes.icon}><Icon size={26} aria-hidden /></span>
      <h2 className={classes.title}>{title}</h2>
      <div className={classes.text}>{text}</div>
      {children}
    </section>
  );
}
