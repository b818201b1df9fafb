import { cloneElement, useEffect, useId, useRef, useState, type ReactElement, type ReactNode, type Ref } from 'react';
import classes from './Popup.module.css';

/** What a button needs to open and close something that lies over the page. */
export interface Opener {
  popoverTarget?: string;
  'aria-haspopup'?: 'menu' | 'dialog';
  'aria-expanded'?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

interface Props {
  /** The button that opens it, and closes it again. */
  target: ReactElement<Opener>;
  label: string;
  width?: number;
  children: ReactNode;
  /** Opened and closed from elsewhere too. */
  isOpen?: boolean;
  setOpen?: (isOpen: boolean) => void;
}

/** Something to read or to choose from, beside the button that opens it. A click elsewhere or Escape closes it, and the focus goes back to the button. */
export function Popup({ target, label, width, children, isOpen: isWanted, setOpen: tell }: Props) {
  const id = useId();
  const popup = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (isWanted !== undefined && isWanted !== popup.current!.matches(':popover-open')) button.current!.click();
  }, [isWanted]);
  return (
    <>
      {cloneElement(target, { popoverTarget: id, 'aria-haspopup': 'dialog', 'aria-expanded': isOpen, ref: button })}
      <div
        ref={popup} id={id} popover="auto" role="dialog" aria-label={label} className={classes.popup} style={{ width }}
        onToggle={(event) => {
          setOpen(event.newState === 'open');
          tell?.(event.newState === 'open');
        }}
      >
        {isOpen ? children : null}
      </div>
    </>
  );
}
