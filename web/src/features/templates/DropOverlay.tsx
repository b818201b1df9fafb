import { FileUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import { isTyping } from '../../shared/isTyping';
import classes from './DropOverlay.module.css';

interface Props {
  take: (files: readonly File[]) => void;
}

/** Takes files that are dropped anywhere on the page, and workflows that are pasted. */
export function DropOverlay({ take }: Props) {
  const [isOver, setOver] = useState(false);

  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      take([...(event.dataTransfer?.files ?? [])]);
    };
    const paste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain').trim() ?? '';
      if (isTyping(event.target) || !text.startsWith('{') || !text.includes('"nodes"')) return;
      event.preventDefault();
      take([new File([text], 'Pasted workflow.json', { type: 'application/json' })]);
    };
    window.addEventListener('paste', paste);
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('paste', paste);
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [take]);

  if (!isOver) return null;
  return (
    <div className={classes.overlay}>
      <div className={classes.sign}><FileUp size={30} aria-hidden /> Drop to import</div>
    </div>
  );
}
