import { lazy, Suspense } from 'react';
import classes from './Markdown.module.css';
import { loadCode } from './loadCode';

const Renderer = lazy(() => loadCode(() => import('./MarkdownRenderer')));

/** Text that a model wrote, as Markdown. HTML in it stays text, and nothing is loaded from elsewhere. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.text}>
      <Suspense fallback={<pre className={classes.plain}>{text}</pre>}><Renderer text={text} /></Suspense>
    </div>
  );
}
