import { cloneElement, useEffect, useId, useRef, useState, type HTMLAttributes, type ReactElement, type ReactNode, type Ref } from 'react';
import classes from './Menu.module.css';
import type { Opener } from './Popup';

interface MenuProps {
  target: ReactElement<Opener>;
  width?: number;
  children: ReactNode;
}

/** Things to do, behind a button. */
export function Menu({ target, width, children }: MenuProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (isOpen) itemsOf(list.current!)[0]?.focus();
  }, [isOpen]);
  return (
    <>
      {cloneElement(target, { popoverTarget: id, 'aria-haspopup': 'menu', 'aria-expanded': isOpen })}
      <MenuList id={id} ref={list} style={{ width }} onToggle={(event) => setOpen(event.newState === 'open')}>{isOpen ? children : null}</MenuList>
    </>
  );
}

interface MenuAtProps {
  at: { x: number; y: number };
  width?: number;
  close: () => void;
  children: ReactNode;
}

/** Things to do where the mouse is. */
export function MenuAt({ at, width, close, children }: MenuAtProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const menu = list.current!;
    menu.showPopover();
    const box = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(at.x, window.innerWidth - box.width - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(at.y, window.innerHeight - box.height - 8))}px`;
    itemsOf(menu)[0]?.focus();
  }, [at]);
  return <MenuList ref={list} style={{ width }} data-free onToggle={(event) => event.newState === 'closed' && close()}>{children}</MenuList>;
}

function MenuList(props: HTMLAttributes<HTMLDivElement> & { ref: Ref<HTMLDivElement>; 'data-free'?: boolean }) {
  return (
    <div
      {...props} popover="auto" role="menu" className={classes.menu}
      onKeyDown={(event) => {
        const items = itemsOf(event.currentTarget);
        const at = items.indexOf(document.activeElement as HTMLElement);
        const next = { ArrowDown: at + 1, ArrowUp: Math.max(at, 0) - 1, Home: 0, End: -1 }[event.key];
        if (event.key === 'Tab') event.currentTarget.hidePopover();
        if (next === undefined) return;
        event.preventDefault();
        items.at(next % items.length)?.focus();
      }}
    />
  );
}

const itemsOf = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]:not(:disabled)')];

interface ItemProps {
  icon?: ReactNode;
  /** What stands at its end, as a key. */
  end?: ReactNode;
  isDangerous?: boolean;
  disabled?: boolean;
  onClick?: () => void;
  /** Whether it is ticked; it can be ticked then, and the menu stays open. */
  isTicked?: boolean;
  /** Draws a link instead of a button. */
  link?: (props: HTMLAttributes<HTMLElement>) => ReactNode;
  children: ReactNode;
}

export function MenuItem({ icon, end, isDangerous, disabled, onClick, isTicked, link, children }: ItemProps) {
  const props = {
    role: isTicked === undefined ? 'menuitem' : 'menuitemcheckbox', 'aria-checked': isTicked, className: classes.item, 'data-dangerous': isDangerous || undefined, tabIndex: -1,
    children: <>{icon}<span className={classes.text}>{children}</span>{end === undefined ? null : <span className={classes.end}>{end}</span>}</>,
    onClick: (event: { currentTarget: HTMLElement }) => {
      onClick?.();
      if (isTicked === undefined) event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
    },
  };
  return link ? link(props) : <button type="button" disabled={disabled} {...props} />;
}

export function MenuLine() {
  return <div role="separator" className={classes.line} />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div role="presentation" className={classes.label}>{children}</div>;
}
