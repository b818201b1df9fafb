import { Link } from '@tanstack/react-router';
import { Workflow } from 'lucide-react';
import { documentUrl } from '../../../../api/client';
import { isObject, stringsOf } from '../../../../api/json';
import { JsonView } from '../../../../shared/JsonView';
import { Markdown } from '../../../../shared/Markdown';
import { DocumentView } from './DocumentView';
import classes from './OutputView.module.css';

/** An output as people want to see it: pictures as pictures, text as text, the rest as JSON. */
export function OutputView({ output }: { output: unknown }) {
  const fields = isObject(output) ? output : {};
  const images = stringsOf(fields.image_ids);
  const documents = stringsOf(fields.document_ids);
  const text = typeof output === 'string' ? output : typeof fields.text === 'string' && !isObject(fields.json) ? fields.text : null;
  const child = typeof fields.execution_id === 'string' ? fields.execution_id : null;
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
      {documents.map((id, index) => <DocumentView key={id} id={id} name={documents.length === 1 ? 'Saved document' : `Saved document ${index + 1}`} isOpen={text === null && images.length === 0} />)}
      {child ? <Link to="/executions/$executionId" params={{ executionId: child }} className={classes.child}><Workflow size={15} aria-hidden /> The execution that it ran</Link> : null}
      {isSpecial ? (
        <details className={classes.raw}>
          <summary>As JSON</summary>
          <JsonView value={output} />
        </details>
      ) : <JsonView value={output} />}
    </div>
  );
}
