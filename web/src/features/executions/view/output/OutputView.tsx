import { isObject, stringsOf } from '../../../../api/json';
import { JsonView } from '../../../../shared/JsonView';
import { Markdown } from '../../../../shared/Markdown';
import { DocumentView } from './DocumentView';
import { Gallery } from './Gallery';
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
      {images.length > 0 ? <Gallery pictures={images.map((id, index) => ({ id, title: `Picture ${index + 1}` }))} /> : null}
      {text !== null && documents.length === 0 ? <div className={classes.text}><Markdown text={text} /></div> : null}
      {documents.map((id, index) => <DocumentView key={id} id={id} title={documents.length === 1 ? 'Saved document' : `Saved document ${index + 1}`} />)}
      {isSpecial ? (
        <details className={classes.raw}>
          <summary>JSON</summary>
          <JsonView value={output} />
        </details>
      ) : <JsonView value={output} />}
    </div>
  );
}
