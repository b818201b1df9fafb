import { useReactFlow, useStore, type FitViewOptions } from '@xyflow/react';
import { useEffect, useRef } from 'react';

interface Props {
  options: FitViewOptions;
  /** Whether the reader has moved the graph, and wants it where it is. */
  isHeld: () => boolean;
  /** Whether it is done in one step: a large graph would stutter. */
  isAtOnce?: boolean;
}

/** Keeps the whole graph in its frame when the frame changes its size: a panel opens beside it, a phone is turned. */
export function Refit({ options, isHeld, isAtOnce }: Props) {
  const size = useStore((state) => `${state.width}×${state.height}`);
  const { fitView } = useReactFlow();
  const before = useRef<string>(size);
  useEffect(() => {
    if (before.current === size) return;
    const isFirst = before.current.startsWith('0');
    before.current = size;
    if (!isHeld()) void fitView({ ...options, duration: isFirst || isAtOnce ? 0 : 250 });
  }, [fitView, isAtOnce, isHeld, options, size]);
  return null;
}
