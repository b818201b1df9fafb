import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react';

const spare = 8;

interface Window<T> {
  ref: RefObject<T | null>;
  onScroll: () => void;
  first: number;
  last: number;
}

/** Which rows of a long list can be seen in its scrolling frame; only those need to be drawn. */
export function useWindow<T extends HTMLElement>(count: number, rowHeight: number): Window<T> {
  const ref = useRef<T>(null);
  const [range, setRange] = useState({ first: 0, last: 40 });
  const onScroll = useCallback(() => {
    const frame = ref.current;
    if (!frame) return;
    const first = Math.max(0, Math.floor(frame.scrollTop / rowHeight) - spare);
    const last = Math.ceil((frame.scrollTop + frame.clientHeight) / rowHeight) + spare;
    setRange((range) => (range.first === first && range.last === last ? range : { first, last }));
  }, [rowHeight]);
  useLayoutEffect(onScroll, [onScroll, count]);
  return { ref, onScroll, ...range };
}
