import { useMemo } from 'react';
import type { Job } from '../../../api/types';
import { JsonView } from '../../../shared/JsonView';
import { outputPath } from '../../../shared/liquidPath';
import { labelOf, type EditorNode } from '../model/draft';
import { ancestorsOf } from '../model/scope';
import classes from '../panel/Panel.module.css';
import { useField } from '../panel/variables';
import { useEditorState } from '../store';
import { useTrial } from './useTrial';
import own from './LastData.module.css';

/** What a node gave in the last run, and what the nodes before it gave: any of that goes into a field with a click, or is dragged there. */
export function LastData({ node }: { node: EditorNode }) {
  const { jobs } = useTrial();
  const nodes = useEditorState((state) => state.draft.nodes);
  const edges = useEditorState((state) => state.draft.edges);
  const field = useField();
  const before = useMemo(
    () => ancestorsOf(node.id, { nodes, edges }).flatMap((one) => {
      const output = lastOf(one.id, jobs);
      return output === undefined ? [] : [{ id: one.id, label: labelOf(one), output }];
    }),
    [node.id, nodes, edges, jobs],
  );
  const output = lastOf(node.id, jobs);
  if (output === undefined && before.length === 0) return null;
  return (
    <details className={classes.more} open>
      <summary>Data of the last run</summary>
      <div className={classes.inner}>
        {output === undefined ? null : <section className={own.part} aria-label="What it gave last"><h3>It gave</h3><JsonView value={output} open={1} /></section>}
        {before.length > 0 ? <p className={own.hint}>Click a value to put it into the field that you write in, or drag it there.</p> : null}
        {before.map(({ id, label, output: value }) => (
          <section key={id} className={own.part} aria-label={`What ${label} gave last`}>
            <h3>{label}</h3>
            <JsonView value={value} open={1} pick={{ path: outputPath(id), take: (path) => field.current?.(path) }} />
          </section>
        ))}
      </div>
    </details>
  );
}

/** Of a node in a loop, what it gave for the first item. */
function lastOf(nodeId: string, jobs: ReadonlyMap<string, Job>): unknown {
  const job = jobs.get(nodeId) ?? jobs.get(`${nodeId}#0`) ?? jobs.get(`${nodeId}#0#0`);
  return job?.output ?? undefined;
}
