import { saveAsFile } from '../templates/file';
import { toastDone, toastError } from '../../shared/toast';
import { fromText } from './model/clipboard';
import { toRow, type Draft } from './model/draft';
import type { Editor } from './store';

/** Offers the drawing as a file, saved or not. */
export function saveDrawing(draft: Draft): void {
  saveAsFile(toRow(draft));
}

/** Takes a file in place of the drawing; undo brings the drawing back. */
export function chooseDrawing(editor: Editor): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.onchange = async () => {
    const file = input.files?.[0];
    if (!file) return;
    const draft = fromText(await file.text());
    if (!draft) return toastError(new Error(`${file.name} is not a workflow: it holds one JSON object with "nodes" and "edges".`));
    editor.replace({ ...draft, name: draft.name || file.name.replace(/\.json$/i, '') });
    toastDone(`Took ${file.name}`);
  };
  input.click();
}
