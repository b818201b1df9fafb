import { CopyButton } from '@mantine/core';
import { useState } from 'react';
import { isObject } from '../api/json';
import classes from './JsonView.module.css';
import { memberPath } from './liquidPath';

/** Members that templates can read: how the value itself is read, and what to do with what is chosen. */
export interface Pick {
  path: string;
  take: (path: string) => void;
}

interface Props {
  value: unknown;
  /** How many levels stand open. */
  open?: number;
  /** Whether members can be clicked, or dragged into a field. */
  pick?: Pick;
}

/** JSON as a tree whose branches can be folded. */
export function JsonView({ value, open = 2, pick }: Props) {
  return (
    <div className={classes.view}>
      <CopyButton value={JSON.stringify(value, null, 2) ?? ''} timeout={1_200}>
        {({ copied, copy }) => <button type="button" className={classes.copy} onClick={copy}>{copied ? 'Copied' : 'Copy'}</button>}
      </CopyButton>
      <Branch value={value} open={open} pick={pick} />
    </div>
  );
}

const pageSize = 100;

function Branch({ name, value, open, pick }: { name?: string; value: unknown; open: number; pick?: Pick }) {
  const [isOpen, setOpen] = useState(open > 0);
  const [limit, setLimit] = useState(pageSize);
  const isBranch = Array.isArray(value) || isObject(value);
  const label = name === undefined ? null : pick ? <Picked name={name} pick={pick} /> : <span className={classes.name}>{name}: </span>;
  if (!isBranch) return <div className={classes.leaf}>{label}<Leaf value={value} /></div>;

  const entries = Object.entries(value);
  const [first, last] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return <div className={classes.leaf}>{label}<span className={classes.mark}>{first}{last}</span></div>;
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)} className={classes.branch}>
      <summary className={classes.summary}>
        {label}<span className={classes.mark}>{isOpen ? first : `${first} … ${last}`}</span>
        <span className={classes.count}>{entries.length}</span>
      </summary>
      {isOpen ? (
        <>
          <div className={classes.children}>
            {entries.slice(0, limit).map(([key, child]) => (
              <Branch key={key} name={key} value={child} open={open - 1} pick={pick && { ...pick, path: pick.path + (Array.isArray(value) ? `[${key}]` : memberPath(key)) }} />
            ))}
            {entries.length > limit ? <button type="button" className={classes.more} onClick={() => setLimit(limit + pageSize)}>{entries.length - limit} more</button> : null}
          </div>
          <span className={classes.mark}>{last}</span>
        </>
      ) : null}
    </details>
  );
}

/** The name of a member that can be chosen. Text fields take what is dragged as it is. */
function Picked({ name, pick: { path, take } }: { name: string; pick: Pick }) {
  return (
    <button
      type="button" className={classes.pick} title={`{{ ${path} }}`} draggable
      onDragStart={(event) => event.dataTransfer.setData('text/plain', `{{ ${path} }}`)}
      onMouseDown={(event) => event.stopPropagation()}
      onClick={(event) => {
        event.preventDefault();
        take(path);
      }}
    >
      {name}
    </button>
  );
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === 'string') return <span className={classes.string}>“{value}”</span>;
  return <span className={classes.scalar}>{String(value)}</span>;
}
