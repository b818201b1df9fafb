import { Menu } from '@mantine/core';
import { AlignHorizontalJustifyCenter, AlignVerticalJustifyCenter, Copy, CopyPlus, Trash2 } from 'lucide-react';
import { selectedPiece, toText } from '../model/clipboard';
import { useEditor, type Place } from '../store';

/** What can be done with the nodes that are selected, where the mouse is. */
export function NodeMenu({ at, close }: { at: Place; close: () => void }) {
  const editor = useEditor();
  const { draft } = editor.store.getState();
  const piece = selectedPiece(draft);
  const isMany = piece.nodes.length > 1;
  return (
    <Menu opened onClose={close} position="bottom-start" width={210} withinPortal>
      <Menu.Target><span style={{ position: 'fixed', left: at.x, top: at.y }} /></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<CopyPlus size={15} />} rightSection="Ctrl D" onClick={() => editor.paste(piece)}>Duplicate</Menu.Item>
        <Menu.Item leftSection={<Copy size={15} />} rightSection="Ctrl C" onClick={() => void navigator.clipboard.writeText(toText(piece, draft.name))}>Copy</Menu.Item>
        {isMany ? <Menu.Item leftSection={<AlignHorizontalJustifyCenter size={15} />} onClick={() => editor.align('row')}>Align in a row</Menu.Item> : null}
        {isMany ? <Menu.Item leftSection={<AlignVerticalJustifyCenter size={15} />} onClick={() => editor.align('column')}>Align in a column</Menu.Item> : null}
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<Trash2 size={15} />} rightSection="Delete" onClick={() => editor.remove()}>Remove</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
