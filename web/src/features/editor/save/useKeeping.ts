import { useEffect } from 'react';
import { useEditor } from '../store';
import { forgetKept, keep } from './kept';

const restMilliseconds = 500;

/**
 * Keeps what is not saved in this browser, whenever the drawing has rested for a moment and when the page goes away.
 * @param id Under which id it is looked for when the drawing is opened again.
 */
export function useKeeping(id: string, tag: string | undefined): void {
  const editor = useEditor();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = () => {
      clearTimeout(timer);
      timer = undefined;
      const { draft, revision, savedRevision } = editor.store.getState();
      if (revision === savedRevision) forgetKept(id);
      else keep(id, tag, draft);
    };
    const stop = editor.store.subscribe((state, before) => {
      if (state.revision === before.revision && state.savedRevision === before.savedRevision) return;
      clearTimeout(timer);
      timer = setTimeout(write, restMilliseconds);
    });
    addEventListener('pagehide', write);
    return () => {
      stop();
      removeEventListener('pagehide', write);
      write();
    };
  }, [editor, id, tag]);
}
