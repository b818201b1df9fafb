import { FileText } from 'lucide-react';
import { documentUrl } from '../../../../api/client';
import { isObject, stringsOf } from '../../../../api/json';
import { JsonView } from '../../../../shared/JsonView';
import { Markdown } from '../../../../shared/Markdown';
import classes from './OutputView.module.css';

/** An output as people want to see it: pictures as pictures, text as text, the rest as JSON. */
export function OutputView({ output }: { output: unknown }) {
  const fields = isObject(output) ? output : {};
  const images = stringsOf(fields.image_ids);
  const documents = stringsOf(fields.document_ids);
  const text = typeof output === 'string' ? output : typeof fields.text === 'string' && !isObject(fields.json) ? fields.text : null;
  const isSpecial = images.length > 0 || text !== null;
  return (
    <div className={classes.output}>
      {fields.model === 'offline' ? <p className={classes.offline}>Made by the built-in offline model</p> : null}
      {images.length > 0 ? (
        <div className={classes.images} data-single={images.length === 1 || undefined}>
          {images.map((id, index) => (
            <a key={id} href={documentUrl(id)} target="_blank" rel="noreferrer" className={classes.image}>
              <img src={documentUrl(id)} alt={`Generated, ${index + 1} of ${images.length}`} loading="lazy" />
            </a>
          ))}
        </div>
      ) : null}
      {text !== null ? <div className={classes.text}><Markdown text={text} /></div> : null}
      {documents.length > 0 ? (
        <ul className={classes.documents}>
          {documents.map((id, index) => (
            <li key={id}>
              <a href={documentUrl(id)} target="_blank" rel="noreferrer" title={id}>
                <FileText size={14} aria-hidden /> {documents.length === 1 ? 'Saved document' : `Saved document ${index + 1}`}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
      {isSpecial ? (
        <details className={classes.raw}>
          <summary>As JSON</summary>
          <JsonView value={output} />
        </details>
      ) : <JsonView value={output} />}
    </div>
  );
}
