import { AlignHorizontalJustifyCenter, AlignVerticalJustifyCenter, Copy, CopyPlus, Trash2 } from 'lucide-react';
import { MenuAt, MenuItem, MenuLine } from '../../../shared/Menu';
import { selectedPiece, toText } from '../model/clipboard';
import { useEditor, type Place } from '../store';

/** What can be done with the nodes that are selected, where the mouse is. */
export function NodeMenu({ at, close }: { at: Place; close: () => void }) {
  const editor = useEditor();
  const { draft } = editor.store.getState();
  const piece = selectedPiece(draft);
  const isMany = piece.nodes.length > 1;
  return (
    <MenuAt at={at} width={210} close={close}>
      <MenuItem icon={<CopyPlus size={15} />} end="Ctrl D" onClick={() => editor.paste(piece)}>Duplicate</MenuItem>
      <MenuItem icon={<Copy size={15} />} end="Ctrl C" onClick={() => void navigator.clipboard.writeText(toText(piece, draft.name))}>Copy</MenuItem>
      {isMany ? <MenuItem icon={<AlignHorizontalJustifyCenter size={15} />} onClick={() => editor.align('row')}>Align in a row</MenuItem> : null}
      {isMany ? <MenuItem icon={<AlignVerticalJustifyCenter size={15} />} onClick={() => editor.align('column')}>Align in a column</MenuItem> : null}
      <MenuLine />
      <MenuItem isDangerous icon={<Trash2 size={15} />} end="Delete" onClick={() => editor.remove()}>Remove</MenuItem>
    </MenuAt>
  );
}
