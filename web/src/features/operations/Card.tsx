import type { ReactNode } from 'react';
import classes from './OperationsPage.module.css';

interface Props {
  title: string;
  text: string;
  buttons?: ReactNode;
  children?: ReactNode;
}

/** A part of the page, with what can be done there. */
export function Card({ title, text, buttons, children }: Props) {
  return (
    <section className={classes.card} aria-label={title}>
      <div className={classes.head}>
        <div>
          <h2 className={classes.title}>{title}</h2>
          <p className={classes.text}>{text}</p>
        </div>
        {buttons ? <div className={classes.buttons}>{buttons}</div> : null}
      </div>
      {children}
    </section>
  );
}
