import { ActionIcon, Button, Modal } from '@mantine/core';
import { ChevronLeft, ChevronRight, Download } from 'lucide-react';
import { useState } from 'react';
import { documentUrl } from '../../../../api/client';
import { fileNameOf } from './fileName';
import classes from './Gallery.module.css';

export interface Picture {
  id: string;
  title: string;
  mediaType?: string;
}

/** Pictures side by side; one of them is shown large when it is chosen. */
export function Gallery({ pictures }: { pictures: readonly Picture[] }) {
  const [shown, setShown] = useState<number | null>(null);
  const picture = shown === null ? undefined : pictures[shown];
  const turn = (by: number) => setShown((index) => (index === null ? null : (index + by + pictures.length) % pictures.length));
  return (
    <>
      <ul className={classes.gallery} data-single={pictures.length === 1 || undefined} aria-label="Pictures">
        {pictures.map(({ id, title }, index) => (
          <li key={id}>
            <button type="button" className={classes.picture} onClick={() => setShown(index)} aria-label={`Show picture ${index + 1} of ${pictures.length}`}>
              <img src={documentUrl(id)} alt={title} loading="lazy" />
            </button>
          </li>
        ))}
      </ul>
      {picture ? (
        <Modal
          opened onClose={() => setShown(null)} size="xl" title={`Picture ${shown! + 1} of ${pictures.length}`}
          onKeyDown={(event) => (event.key === 'ArrowLeft' ? turn(-1) : event.key === 'ArrowRight' ? turn(1) : undefined)}
        >
          <img src={documentUrl(picture.id)} alt={picture.title} className={classes.large} />
          <p className={classes.title}>{picture.title}</p>
          <div className={classes.tools}>
            {pictures.length > 1 ? <ActionIcon variant="default" size="lg" onClick={() => turn(-1)} aria-label="Previous picture"><ChevronLeft size={18} /></ActionIcon> : null}
            {pictures.length > 1 ? <ActionIcon variant="default" size="lg" onClick={() => turn(1)} aria-label="Next picture"><ChevronRight size={18} /></ActionIcon> : null}
            <Button component="a" className={classes.download} leftSection={<Download size={15} aria-hidden />} href={documentUrl(picture.id)} download={fileNameOf(picture.title, picture.mediaType ?? 'image/png')}>Download</Button>
          </div>
        </Modal>
      ) : null}
    </>
  );
}
