import { useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { useEffect, useEffectEvent, useRef, type RefObject } from 'react';
import { nameBelow } from '../../../../graph/detail';

const room = 24;
const refitMilliseconds = 320;
const readable = nameBelow + 0.2;

interface Props {
  selected: string | undefined;
  /** What lies over the right of the graph while a node is selected. */
  cover: RefObject<HTMLElement | null>;
  /** The reader has been led to a place, and the graph is to stay there. */
  hold: () => void;
}

/** Brings a node that is selected into view: one that a link names is shown large enough to read, one that something lies over is moved out from under it. */
export function Reveal({ selected, cover, hold }: Props) {
  const store = useStoreApi();
  const { getInternalNode, getViewport, setViewport } = useReactFlow();
  const size = useStore((state) => `${state.width}×${state.height}`);
  const isDrawn = useStore((state) => state.width > 0 && !state.fitViewQueued);
  const isLink = useRef(true);
  const shownFor = useRef<string | undefined>(undefined);
  const reveal = useEffectEvent(() => {
    const isFromLink = isLink.current;
    isLink.current = false;
    const node = selected === undefined ? undefined : getInternalNode(selected);
    const frame = store.getState().domNode?.getBoundingClientRect();
    if (!node || !frame) return;
    const panel = cover.current?.getBoundingClientRect();
    const width = panel && panel.left > frame.left && panel.left < frame.right ? panel.left - frame.left : frame.width;
    const { x, y, zoom } = getViewport();
    const { x: left, y: top } = node.internals.positionAbsolute;
    const [right, bottom] = [left + (node.width ?? 0), top + (node.height ?? 0)];
    const isOutside = x + right * zoom < 0 || x + left * zoom > frame.width || y + bottom * zoom < 0 || y + top * zoom > frame.height;
    const isTiny = isFromLink && zoom < nameBelow;
    if (isOutside || isTiny) {
      const next = isTiny ? readable : zoom;
      hold();
      void setViewport({ x: (width - (left + right) * next) / 2, y: (frame.height - (top + bottom) * next) / 2, zoom: next }, { duration: isFromLink ? 0 : 200 });
    } else if (x + right * zoom + room > width && width < frame.width) {
      void setViewport({ x: width - room - right * zoom, y, zoom }, { duration: 200 });
    }
  });
  useEffect(() => {
    if (!isDrawn) return;
    // A frame that changes its size has its graph fitted again first.
    const timer = setTimeout(reveal, selected !== undefined && shownFor.current === selected ? refitMilliseconds : 0);
    shownFor.current = selected;
    return () => clearTimeout(timer);
  }, [isDrawn, selected, size]);
  return null;
}
