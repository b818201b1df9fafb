import { Button, Modal } from '@mantine/core';
import classes from './save.module.css';
import type { Way } from './useSave';

interface Props {
  isBusy: boolean;
  save: (way: Way) => void;
  reload: () => void;
  close: () => void;
}

/** Somebody else has saved the workflow meanwhile: nothing is overwritten without being asked. */
export function ConflictDialog({ isBusy, save, reload, close }: Props) {
  return (
    <Modal opened onClose={close} title="Somebody else has saved this workflow" centered size="lg">
      <p className={classes.text}>It has been changed since you opened it. Your drawing is still here. What is to become of it?</p>
      <div className={classes.choices}>
        <Button variant="default" onClick={() => save('copy')} loading={isBusy} data-autofocus>Save mine as a copy</Button>
        <Button variant="default" onClick={reload}>Take theirs, drop mine</Button>
        <Button color="red" onClick={() => save('force')} loading={isBusy}>Overwrite theirs</Button>
      </div>
    </Modal>
  );
}
