import { useStore } from '@xyflow/react';
import { useMemo, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

/**
 * A layer that moves with the graph. React Flow's ViewportPortal does the same, and looks for its place in the page again at every
 * change of the graph; with a thousand nodes that is a good part of all work.
 */
export function ViewportLayer({ children }: { children: ReactNode }) {
  const flow = useStore((state) => state.domNode);
  const layer = useMemo(() => flow?.querySelector('.react-flow__viewport-portal'), [flow]);
  return layer ? createPortal(children, layer) : null;
}
