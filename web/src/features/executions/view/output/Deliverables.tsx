import type { ExecutionDocument } from '../../../../api/types';
import classes from './Deliverables.module.css';
import { DocumentView } from './DocumentView';
import { Gallery } from './Gallery';

/** Documents with the pictures that are attached to them, and then the other pictures. */
export function Deliverables({ made }: { made: readonly ExecutionDocument[] }) {
  const isPicture = (one: ExecutionDocument) => one.media_type.startsWith('image/');
  const documents = made.filter((one) => !isPicture(one));
  const ids = new Set(documents.map((one) => one.id));
  const picturesOf = (id: string | null) => made
    .filter((one) => isPicture(one) && (one.attached_to && ids.has(one.attached_to) ? one.attached_to === id : id === null))
    .map((one) => ({ id: one.id, title: one.title ?? 'Picture', mediaType: one.media_type }));
  const loose = picturesOf(null);
  return (
    <>
      {documents.map((document) => {
        const attached = picturesOf(document.id);
        return (
          <DocumentView key={document.id} id={document.id} title={document.title ?? document.node_id}>
            {attached.length > 0 ? <div className={classes.attached}><Gallery pictures={attached} /></div> : null}
          </DocumentView>
        );
      })}
      {loose.length > 0 ? <section className={classes.pictures}><h3 className={classes.title}>Pictures</h3><Gallery pictures={loose} /></section> : null}
    </>
  );
}
