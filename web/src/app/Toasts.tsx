import { CloseButton } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { closeToast, onToasts, shownToasts, type Toast } from '../shared/toast';
import classes from './Toasts.module.css';

/** What has just been done, or could not be. */
export function Toasts() {
  const toasts = useSyncExternalStore(onToasts, shownToasts);
  return <div className={classes.toasts}>{toasts.map((toast) => <Card key={toast.id} {...toast} />)}</div>;
}

/** Stays while it is read: under the pointer, or with the focus in it. */
function Card({ id, isError, title, message, milliseconds }: Toast) {
  const [isRead, setRead] = useState(false);
  useEffect(() => {
    if (isRead) return;
    const timer = setTimeout(() => closeToast(id), milliseconds);
    return () => clearTimeout(timer);
  }, [id, isRead, milliseconds]);
  return (
    <div
      role="alert" className={classes.toast} data-error={isError || undefined}
      onPointerEnter={() => setRead(true)} onPointerLeave={() => setRead(false)} onFocus={() => setRead(true)} onBlur={() => setRead(false)}
    >
      <div className={classes.text}>
        {title ? <p className={classes.title}>{title}</p> : null}
        <div>{message}</div>
      </div>
      <CloseButton size="sm" onClick={() => closeToast(id)} aria-label="Dismiss" />
    </div>
  );
}
