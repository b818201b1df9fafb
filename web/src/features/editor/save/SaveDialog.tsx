import { Button, Loader, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, unwrap } from '../../../api/client';
import { toRow } from '../model/draft';
import { useEditor } from '../store';
import { Changes } from '../versions/Changes';
import classes from './save.module.css';
import type { Obstacle, Way } from './useSave';

interface Props {
  id: string;
  obstacle: Obstacle;
  isBusy: boolean;
  save: (way: Way) => void;
  reload: () => void;
  close: () => void;
}

/** Something has become of the workflow meanwhile: nothing is overwritten or lost without being asked. */
export function SaveDialog({ id, obstacle, isBusy, save, reload, close }: Props) {
  return obstacle === 'deleted' ? (
    <Modal opened onClose={close} title="This workflow has been deleted" centered size="lg">
      <p className={classes.text}>Somebody deleted it after you opened it. Your drawing is still here.</p>
      <div className={classes.choices}>
        <Button variant="default" onClick={close}>Not now</Button>
        <Button onClick={() => save('new')} loading={isBusy} data-autofocus>Save as a new workflow</Button>
      </div>
    </Modal>
  ) : (
    <Modal opened onClose={close} title="Somebody else has saved this workflow" centered size="xl">
      <p className={classes.text}>It has been changed since you opened it. This is what saving yours over theirs would change:</p>
      <Difference id={id} />
      <div className={classes.choices}>
        <Button variant="default" onClick={() => save('copy')} loading={isBusy} data-autofocus>Save mine as a copy</Button>
        <Button variant="default" onClick={reload}>Take theirs, drop mine</Button>
        <Button color="red" onClick={() => save('force')} loading={isBusy}>Overwrite theirs</Button>
      </div>
    </Modal>
  );
}

/** From what they have saved to what is drawn here. */
function Difference({ id }: { id: string }) {
  const editor = useEditor();
  const { data } = useQuery({ queryKey: ['template', id, 'theirs'], queryFn: () => unwrap(api.GET('/api/templates/{id}', { params: { path: { id } } })), gcTime: 0 });
  return data ? <Changes before={data} after={toRow(editor.store.getState().draft)} /> : <Loader size="sm" />;
}
