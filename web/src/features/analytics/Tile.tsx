import { Link, type Target } from '../../shared/routing';
import classes from './AnalyticsPage.module.css';

interface Props {
  name: string;
  value: string;
  isBad?: boolean;
  /** Where the executions are that are counted. */
  link?: Target;
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
