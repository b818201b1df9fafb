import { Button } from '@mantine/core';
import { AlignHorizontalJustifyCenter, AlignVerticalJustifyCenter, Copy, SquareDashedMousePointer, Trash2 } from 'lucide-react';
import { plural } from '../../../shared/format';
import { selectedPiece } from '../model/clipboard';
import { useEditor } from '../store';
import classes from './Panel.module.css';

/** What can be done with several nodes at once. */
export function SelectionForm({ count }: { count: number }) {
  const editor = useEditor();
  return (
    <aside className={classes.panel} aria-label="Selected nodes" data-hue="text">
      <div className={classes.head}>
        <span className={classes.icon}><SquareDashedMousePointer size={18} aria-hidden /></span>
        <div className={classes.names}><h2 className={classes.title}>{plural(count, 'node')} selected</h2></div>
      </div>
      <div className={classes.body}>
        <p className={classes.about}>Drag one, and all of them move. Copy them with Ctrl C, into another workflow too.</p>
        <Button variant="default" leftSection={<Copy size={15} aria-hidden />} onClick={() => editor.paste(selectedPiece(editor.store.getState().draft))}>Duplicate</Button>
        <Button variant="default" leftSection={<AlignHorizontalJustifyCenter size={15} aria-hidden />} onClick={() => editor.align('row')}>Align in a row</Button>
        <Button variant="default" leftSection={<AlignVerticalJustifyCenter size={15} aria-hidden />} onClick={() => editor.align('column')}>Align in a column</Button>
        <Button variant="light" color="red" leftSection={<Trash2 size={15} aria-hidden />} onClick={() => editor.remove()}>Remove</Button>
      </div>
    </aside>
  );
}
