import classes from './BarList.module.css';

export interface Bar {
  name: string;
  value: number;
}

interface Props {
  title: string;
  bars: Bar[];
  format: (value: number) => string;
}

const most = 10;

/** The largest of some values, drawn to scale. */
export function BarList({ title, bars, format }: Props) {
  const shown = bars.filter((bar) => bar.value > 0).sort((a, b) => b.value - a.value).slice(0, most);
  const largest = shown[0]?.value ?? 1;
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      {shown.length === 0 ? <p className={classes.none}>None</p> : null}
      <ul className={classes.list}>
        {shown.map((bar) => (
          <li key={bar.name} className={classes.row}>
            <span className={classes.bar} style={{ width: `${(bar.value / largest) * 100}%` }} aria-hidden />
            <span className={classes.name}>{bar.name}</span>
            <span className={classes.value}>{format(bar.value)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
