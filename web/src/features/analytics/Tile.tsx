import { Link, type LinkProps } from '@tanstack/react-router';
import classes from './AnalyticsPage.module.css';

interface Props {
  name: string;
  value: string;
  isBad?: boolean;
  /** Where the executions are that are counted. */
  link?: Pick<LinkProps, 'to' | 'search'>;
}

/** One number. */
export function Tile({ name, value, isBad, link }: Props) {
  return (
    <div className={classes.tile} data-bad={isBad || undefined}>
      <dt>{name}</dt>
      <dd>{link ? <Link {...link} className={classes.counted}>{value}</Link> : value}</dd>
    </div>
  );
}
