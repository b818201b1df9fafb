import { Handle, Position, useUpdateNodeInternals, type HandleProps } from '@xyflow/react';
import { memo, useEffect, useRef, type CSSProperties, type ReactNode } from 'react';
import type { Direction } from '../../../graph/layout';
import { portsOf } from '../model/nodeTypes';
import classes from './StepNode.module.css';

interface Props {
  nodeId: string;
  branches: readonly string[];
  direction: Direction;
  hasTarget: boolean;
  hasSource: boolean;
  /** Whether the places are only marked, for nodes so small on the screen that nobody can grasp a handle. */
  isMarked?: boolean;
}

/** Where edges begin and end: one place to come in, and one to leave for each branch. */
export const NodePorts = memo(function NodePorts({ nodeId, branches, direction, hasTarget, hasSource, isMarked }: Props) {
  const isDown = direction === 'down';
  const update = useUpdateNodeInternals();
  const names = branches.join('\n');
  // React Flow measures a node itself when it is new; for each of them to ask for it makes large drawings slow.
  const known = useRef(`${direction}\n${names}`);
  useEffect(() => {
    const next = `${direction}\n${names}`;
    if (known.current === next) return;
    known.current = next;
    update(nodeId);
  }, [direction, names, nodeId, update]);
  const ports = portsOf(branches);
  const Port = isMarked ? Mark : Handle;
  return (
    <>
      {hasTarget ? <Port type="target" position={isDown ? Position.Top : Position.Left} className={classes.handle} /> : null}
      {hasSource ? ports.map((branch, index) => {
        const share = `${((index + 1) / (ports.length + 1)) * 100}%`;
        return (
          <Port
            key={branch ?? ''} id={branch ?? undefined} type="source" position={isDown ? Position.Bottom : Position.Right} className={classes.handle}
            style={ports.length > 1 ? (isDown ? { left: share } : { top: share }) : undefined}
          >
            {branch === null ? null : <span className={classes.branch} data-down={isDown || undefined} data-error={branch === 'error' || undefined}>{branch}</span>}
          </Port>
        );
      }) : null}
    </>
  );
});

interface MarkProps extends Pick<HandleProps, 'id' | 'type' | 'position'> {
  className?: string;
  style?: CSSProperties;
  children?: ReactNode;
}

/** What React Flow looks for to know where edges go. A handle of its own takes part in every change of the graph, and costs more than its node. */
function Mark({ id, type, position, style }: MarkProps) {
  return <span className={`react-flow__handle react-flow__handle-${position} ${type} ${classes.mark}`} data-handleid={id} data-handlepos={position} style={style} aria-hidden />;
}
