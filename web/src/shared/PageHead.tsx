import type { ReactNode } from 'react';
import classes from './PageHead.module.css';

interface Props {
  title: string;
  subtitle?: string;
  children?: ReactNode;
}

/** The title of a page, with what can be done there. */
export function PageHead({ title, subtitle, children }: Props) {
  return (
    <div className={classes.head}>
      <title>{`${title} · Workflow Functions`}</title>
      <div>
        <h1 className={classes.title}>{title}</h1>
        {subtitle ? <p className={classes.subtitle}>{subtitle}</p> : null}
      </div>
      <div className={classes.actions}>{children}</div>
    </div>
  );
}
