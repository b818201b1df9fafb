import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './ConfirmModal.module.css';

interface Props {
  title: string;
  children: ReactNode;
  action: string;
  isDangerous?: boolean;
  isBusy: boolean;
  confirm: () => void;
  close: () => void;
}

/** Asks before something that others may notice. */
export function ConfirmModal({ title, children, action, isDangerous, isBusy, confirm, close }: Props) {
  return (
    <Modal opened onClose={close} title={title} centered>
      <div className={classes.text}>{children}</div>
      <div className={classes.buttons}>
        <Button variant="default" onClick={close} data-autofocus={isDangerous}>Not now</Button>
        <Button color={isDangerous ? 'red' : undefined} loading={isBusy} onClick={confirm} data-autofocus={!isDangerous}>{action}</Button>
      </div>
    </Modal>
  );
}
