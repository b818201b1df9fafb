import classes from './AnalyticsPage.module.css';

/** One number. */
export function Tile({ name, value, isBad }: { name: string; value: string; isBad?: boolean }) {
  return (
    <div className={classes.tile} data-bad={isBad || undefined}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
