import { useLocalStorage } from '@mantine/hooks';
import type { KeyboardEvent, PointerEvent } from 'react';
import classes from './resize.module.css';

interface Limits {
  least: number;
  most: number;
}

/** A size in pixels that this browser remembers. */
export function useSize(name: string, { least, most, first }: Limits & { first: number }): [number, (size: number) => void] {
  const [kept, keep] = useLocalStorage<number | undefined>({ key: name, getInitialValueInEffect: false });
  return [clamp(Number(kept) || first, { least, most }), (next) => keep(clamp(next, { least, most }))];
}

function clamp(size: number, { least, most }: Limits): number {
  return Math.round(Math.min(most, Math.max(least, size)));
}

interface Props extends Limits {
  label: string;
  size: number;
  change: (size: number) => void;
}

const step = 24;

/** The left edge of a panel, which can be moved with the mouse or the arrow keys. */
export function ResizeHandle({ label, size, change, least, most }: Props) {
  const drag = (down: PointerEvent<HTMLDivElement>) => {
    const handle = down.currentTarget;
    handle.setPointerCapture(down.pointerId);
    const move = (event: globalThis.PointerEvent) => change(size - (event.clientX - down.clientX));
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true });
  };
  const press = (event: KeyboardEvent) => {
    const way = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (way === 0) return;
    event.preventDefault();
    change(size - way * step);
  };
  return (
    <div
      className={classes.handle} role="separator" aria-orientation="vertical" aria-label={label} aria-valuenow={size} aria-valuemin={least} aria-valuemax={most}
      tabIndex={0} onPointerDown={drag} onKeyDown={press}
    />
  );
}
