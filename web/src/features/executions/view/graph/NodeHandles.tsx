import type { NodeHandle } from '@xyflow/react';
import classes from './NodeHandles.module.css';

/** Marks where edges begin and end. Nothing is connected here, and the graph knows the places: plain marks are enough. */
export function NodeHandles({ handles }: { handles: readonly NodeHandle[] }) {
  return handles.map(({ id, type, x, y }) => <span key={`${type}:${id ?? ''}`} className={classes.handle} style={{ left: x, top: y }} aria-hidden />);
}
