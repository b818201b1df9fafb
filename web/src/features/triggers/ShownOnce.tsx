import { Button, CopyButton, Modal } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './Triggers.module.css';

interface Props {
  title: string;
  text: string;
  label: string;
  secret: string;
  close: () => void;
  children?: ReactNode;
}

/** Something that the server shows this one time. It is not closed by a click beside it. */
export function ShownOnce({ title, text, label, secret, close, children }: Props) {
  return (
    <Modal opened onClose={close} title={title} size="lg" closeOnClickOutside={false} closeOnEscape={false}>
      <div className={classes.form}>
        <p className={classes.text}>{text}</p>
        <div className={classes.once}>
          <code className={classes.secret} aria-label={label}>{secret}</code>
          <CopyButton value={secret} timeout={1_500}>
            {({ copied, copy }) => <Button variant="default" leftSection={copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />} onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
          </CopyButton>
        </div>
        {children}
        <div className={classes.end}><Button onClick={close}>I have copied it</Button></div>
      </div>
    </Modal>
  );
}
