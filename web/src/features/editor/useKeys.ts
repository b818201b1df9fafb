import { useEffect } from 'react';
import { fromText, selectedPiece, toText } from './model/clipboard';
import type { Editor } from './store';
import { isTyping } from '../../shared/isTyping';
import { toastDone } from '../../shared/toast';

/** What the keyboard does besides React Flow's own keys: for people to read. */
export const keyHelp: readonly [string, string][] = [
  ['Ctrl S', 'Save'], ['Ctrl Z', 'Undo'], ['Ctrl Shift Z', 'Redo'], ['Ctrl C, X, V', 'Copy, cut, paste'], ['Ctrl D', 'Duplicate'], ['Ctrl A', 'Select all'],
  ['Delete', 'Remove'], ['Shift and drag', 'Select several nodes'], ['Arrows', 'Move the selection'], ['Tab, Enter', 'Go through the nodes, select one'], ['Ctrl Space', 'Complete in a field'], ['/', 'Find a node'], ['Ctrl K', 'Find something to do'], ['?', 'These keys'], ['Esc', 'Clear the selection'],
];

/** Keys and the clipboard, wherever the focus is but in a field. */
export function useKeys(editor: Editor, save: () => void, help: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isCommand = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (isCommand && key === 's') {
        event.preventDefault();
        save();
        return;
      }
      if (isTyping(event.target)) return;
      const act = (action: () => void) => {
        event.preventDefault();
        action();
      };
      if (isCommand && key === 'z') act(event.shiftKey ? editor.redo : editor.undo);
      else if (isCommand && key === 'y') act(editor.redo);
      else if (isCommand && key === 'a') act(() => editor.select(editor.store.getState().draft.nodes.map((node) => node.id)));
      else if (isCommand && key === 'd') act(() => editor.paste(selectedPiece(editor.store.getState().draft)));
      else if (event.key === 'Delete' || event.key === 'Backspace') act(() => editor.remove());
      else if (event.key === '?') act(help);
      else if (event.key === 'Escape') editor.select([]);
    };
    const copy = (event: ClipboardEvent) => {
      if (isTyping(event.target) || !window.getSelection()?.isCollapsed) return;
      const { draft } = editor.store.getState();
      const piece = selectedPiece(draft);
      if (piece.nodes.length === 0) return;
      event.preventDefault();
      event.clipboardData?.setData('text/plain', toText(piece, draft.name));
      if (event.type === 'cut') editor.remove();
    };
    const paste = (event: ClipboardEvent) => {
      if (isTyping(event.target)) return;
      const piece = fromText(event.clipboardData?.getData('text/plain') ?? '');
      if (!piece) return;
      event.preventDefault();
      editor.paste(piece);
      toastDone(`Pasted ${piece.nodes.length === 1 ? 'a node' : `${piece.nodes.length} nodes`}`);
    };
    document.addEventListener('keydown', press);
    document.addEventListener('copy', copy);
    document.addEventListener('cut', copy);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('keydown', press);
      document.removeEventListener('copy', copy);
      document.removeEventListener('cut', copy);
      document.removeEventListener('paste', paste);
    };
  }, [editor, help, save]);
}
