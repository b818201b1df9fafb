import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import classes from './resize.module.css';

interface Limits {
  least: number;
  most: number;
}

/** A size in pixels that this browser remembers. */
export function useSize(name: string, { least, most, first }: Limits & { first: number }): [number, (size: number) => void] {
  const [size, setSize] = useState(() => clamp(Number(localStorage.getItem(name)) || first, { least, most }));
  return [size, (next) => {
    const allowed = clamp(next, { least, most });
    localStorage.setItem(name, String(allowed));
    setSize(allowed);
  }];
}

function clamp(size: number, { least, most }: Limits): number {
  return Math.round(Math.min(most, Math.max(least, size)));
}

interface Props extends Limits {
  /** The side of the panel that is moved. */
  side: 'left' | 'right';
  label: string;
  size: number;
  change: (size: number) => void;
}

const step = 24;

/** The edge of a panel that can be moved, with the mouse or the arrow keys. */
export function ResizeHandle({ side, label, size, change, least, most }: Props) {
  const sign = side === 'left' ? -1 : 1;
  const drag = (down: PointerEvent<HTMLDivElement>) => {
    const handle = down.currentTarget;
    handle.setPointerCapture(down.pointerId);
    const move = (event: globalThis.PointerEvent) => change(size + sign * (event.clientX - down.clientX));
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true });
  };
  const press = (event: KeyboardEvent) => {
    const way = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (way === 0) return;
    event.preventDefault();
    change(size + way * sign * step);
  };
  return (
    <div
      className={classes.handle} data-side={side} role="separator" aria-orientation="vertical" aria-label={label} aria-valuenow={size} aria-valuemin={least} aria-valuemax={most}
      tabIndex={0} onPointerDown={drag} onKeyDown={press}
    />
  );
}
