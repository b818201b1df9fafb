import classes from './ProgressBar.module.css';

interface Props {
  percent: number;
  status: string;
  label: string;
  isWide?: boolean;
}

export function ProgressBar({ percent, status, label, isWide }: Props) {
  return (
    <div className={classes.row}>
      <div className={classes.track} data-status={status} data-wide={isWide || undefined} role="progressbar" aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} aria-label={label}>
        <div className={classes.bar} style={{ transform: `scaleX(${percent / 100})` }} />
      </div>
      <span className={classes.percent}>{percent} %</span>
    </div>
  );
}
