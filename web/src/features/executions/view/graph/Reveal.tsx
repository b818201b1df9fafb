import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect, type RefObject } from 'react';

const room = 24;

interface Props {
  selected: string | undefined;
  /** What lies over the right of the graph while a node is selected. */
  cover: RefObject<HTMLElement | null>;
}

/** Moves the graph along when what tells of a node comes to lie over that node. */
export function Reveal({ selected, cover }: Props) {
  const store = useStoreApi();
  const { getInternalNode, getViewport, setViewport } = useReactFlow();
  useEffect(() => {
    const node = selected === undefined ? undefined : getInternalNode(selected);
    const [frame, panel] = [store.getState().domNode?.getBoundingClientRect(), cover.current?.getBoundingClientRect()];
    if (!node || !frame || !panel) return;
    const { x, y, zoom } = getViewport();
    const right = frame.left + x + (node.internals.positionAbsolute.x + (node.width ?? 0)) * zoom;
    if (panel.left > frame.left && panel.left < frame.right && right + room > panel.left) void setViewport({ x: x - (right + room - panel.left), y, zoom }, { duration: 200 });
  }, [cover, getInternalNode, getViewport, selected, setViewport, store]);
  return null;
}
