import type { ReactNode } from 'react';
import { formatDay } from './days';
import classes from './Plot.module.css';
import { ticksUpTo } from './ticks';

export interface Line {
  name: string;
  label: string;
  color: string;
}

interface Props {
  days: readonly string[];
  lines: readonly Line[];
  /** The largest value that is drawn, and the steps of which the scale may take one. */
  largest: number;
  steps: readonly number[];
  format: (value: number) => string;
  /** What a day has of a line; undefined where there is nothing to tell. */
  valueOf: (day: string, line: Line) => number | undefined;
  /** What is drawn for a day, given the share of the height that a value takes. */
  column?: (day: string, share: (value: number) => number) => ReactNode;
  /** What is drawn behind all days. */
  children?: (share: (value: number) => number) => ReactNode;
}

const labelled = 7;

/** Days from left to right with a scale, a legend, and the numbers of the day under the pointer. */
export function Plot({ days, lines, largest, steps, format, valueOf, column, children }: Props) {
  const ticks = ticksUpTo(largest, steps);
  const top = ticks.at(-1)!;
  const share = (value: number) => value / top;
  const each = Math.ceil(days.length / labelled);
  return (
    <>
      <ul className={classes.legend} aria-label="Colours">
        {lines.map((line) => <li key={line.name}><Dot {...line} />{line.label}</li>)}
      </ul>
      <div className={classes.plot}>
        {ticks.map((tick) => <span key={tick} className={classes.tick} style={{ bottom: `${share(tick) * 100}%` }} aria-hidden>{format(tick)}</span>)}
        <div className={classes.area}>
          {ticks.map((tick) => <span key={tick} className={classes.rule} style={{ bottom: `${share(tick) * 100}%` }} />)}
          {children?.(share)}
          <ol className={classes.days}>
            {days.map((day, index) => {
              const told = lines.map((line) => ({ line, value: valueOf(day, line) })).filter(({ value }) => value);
              return (
                <li key={day} className={classes.day}>
                  {column?.(day, share)}
                  {index % each === 0 ? <span className={classes.date} aria-hidden>{formatDay(day)}</span> : null}
                  {told.length > 0 ? (
                    <div className={classes.tip} data-left={index * 2 > days.length || undefined}>
                      <b>{formatDay(day)}</b>
                      {told.map(({ line, value }) => <span key={line.name} className={classes.told}><Dot {...line} />{line.label}<span className={classes.value}>{format(value!)}</span></span>)}
                    </div>
                  ) : null}
                </li>
              );
            })}
          </ol>
        </div>
      </div>
    </>
  );
}

function Dot({ color }: Line) {
  return <span className={classes.dot} style={{ background: color }} aria-hidden />;
}
