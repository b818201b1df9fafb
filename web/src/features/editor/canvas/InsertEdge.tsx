import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from '@xyflow/react';
import { Plus } from 'lucide-react';
import { createContext, use } from 'react';
import type { EditorEdge } from '../model/draft';
import classes from './InsertEdge.module.css';

/** Asks which node is to stand on an edge. */
export const InsertContext = createContext<(edgeId: string, screen: { x: number; y: number }) => void>(() => {});

/** An edge with a button in its middle that puts a node there. */
export function InsertEdge({ id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, markerEnd, selected, interactionWidth }: EdgeProps<EditorEdge>) {
  const ask = use(InsertContext);
  const [path, x, y] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  return (
    <>
      <BaseEdge id={id} path={path} markerEnd={markerEnd} interactionWidth={interactionWidth} />
      <EdgeLabelRenderer>
        <button
          type="button" className={`${classes.insert} nodrag nopan`} data-selected={selected || undefined} data-edge={id} tabIndex={-1} aria-label="Insert a node here"
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }} onClick={(event) => ask(id, { x: event.clientX, y: event.clientY })}
        >
          <Plus size={13} aria-hidden />
        </button>
      </EdgeLabelRenderer>
    </>
  );
}
