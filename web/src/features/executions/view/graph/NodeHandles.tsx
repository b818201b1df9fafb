import { Handle, type NodeHandle } from '@xyflow/react';
import classes from './NodeHandles.module.css';

/** The places where edges begin and end. */
export function NodeHandles({ handles }: { handles: readonly NodeHandle[] }) {
  return handles.map(({ id, type, position, x, y }) => (
    <Handle
      key={`${type}:${id ?? ''}`} id={id ?? undefined} type={type} position={position} isConnectable={false} className={classes.handle}
      style={{ left: x, top: y, right: 'auto', bottom: 'auto', transform: 'none' }}
    />
  ));
}
