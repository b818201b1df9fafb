import type { NodeHandle } from '@xyflow/react';
import classes from './NodeHandles.module.css';

/**
 * Marks where edges begin and end. Nothing is connected here, so these are not React Flow's handles, which would cost more than
 * the rest of a node; they carry the class and the attributes by which React Flow finds the places of handles.
 */
export function NodeHandles({ handles }: { handles: readonly NodeHandle[] }) {
  return handles.map(({ id, type, position, x, y }) => (
    <span
      key={`${type}:${id ?? ''}`} className={`${classes.handle} ${type}`} data-handleid={id ?? undefined} data-handlepos={position}
      style={{ left: x, top: y }} aria-hidden
    />
  ));
}
