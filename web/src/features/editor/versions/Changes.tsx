import { useMemo } from 'react';
import { GraphThumbnail } from '../../../graph/GraphThumbnail';
import { plural } from '../../../shared/format';
import { compare, union, type Version } from './compare';
import classes from './Changes.module.css';

interface Props {
  before: Version;
  after: Version;
}

/** What has changed from one version of a workflow to another, on the graph and in words. */
export function Changes({ before, after }: Props) {
  const changes = useMemo(() => compare(before, after), [before, after]);
  const moved = changes.filter(({ mark }) => mark === 'moved');
  const marks = new Map(changes.flatMap(({ id, mark }) => (id === null ? [] : [[id, mark] as const])));
  return (
    <>
      <div className={classes.graph}><GraphThumbnail graph={union(before, after)} marks={marks} /></div>
      {changes.length === 0 ? <p className={classes.none}>Nothing differs.</p> : null}
      <ul className={classes.changes}>
        {changes.filter(({ mark }) => mark !== 'moved').map(({ id, label, mark, settings }) => (
          <li key={id ?? ''} className={classes.change}>
            <span className={classes.what}><strong>{label}</strong> <span className={classes.mark} data-mark={mark}>{mark}</span></span>
            {settings.map(({ name, pieces }) => (
              <div key={name} className={classes.setting}>
                <span className={classes.name}>{name}</span>
                <p className={classes.text}>
                  {pieces.map((piece, index) => (piece.kind === 'added' ? <ins key={index}>{piece.text}</ins> : piece.kind === 'removed' ? <del key={index}>{piece.text}</del> : <span key={index}>{piece.text}</span>))}
                </p>
              </div>
            ))}
          </li>
        ))}
        {moved.length > 0 ? <li className={classes.change}><span className={classes.what}><strong>{moved.length > 3 ? plural(moved.length, 'node') : moved.map(({ label }) => label).join(', ')}</strong> <span className={classes.mark}>moved</span></span></li> : null}
      </ul>
    </>
  );
}
