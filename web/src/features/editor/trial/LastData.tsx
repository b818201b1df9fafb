import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { useMemo } from 'react';
import type { Job } from '../../../api/types';
import { JsonView } from '../../../shared/JsonView';
import { outputPath } from '../../../shared/liquidPath';
import { labelOf, type EditorNode } from '../model/draft';
import { ancestorsOf } from '../model/scope';
import { useField } from '../panel/variables';
import { useEditorState } from '../store';
import { useTrial } from './useTrial';
import classes from './LastData.module.css';

/**
 * What a node gave in the last run, and what the nodes before it gave: any of that goes into a field with a click, or is dragged there.
 * It stays below the fields, which scroll: both are seen at once.
 */
export function LastData({ node }: { node: EditorNode }) {
  const { jobs } = useTrial();
  const nodes = useEditorState((state) => state.draft.nodes);
  const edges = useEditorState((state) => state.draft.edges);
  const field = useField();
  // A phone has no room for it beside the fields.
  const isNarrow = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false });
  const [isOpen, setOpen] = useLocalStorage({ key: 'last-data', defaultValue: !isNarrow, getInitialValueInEffect: false });
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
    <details className={classes.data} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Data of the last run</summary>
      {isOpen ? (
        <div className={classes.parts}>
          {before.length > 0 ? <p className={classes.hint}>Click a value to put it into the field that you write in, or drag it there.</p> : null}
          {before.map(({ id, label, output: value }) => (
            <section key={id} className={classes.part} aria-label={`What ${label} gave last`}>
              <h3>{label}</h3>
              <JsonView value={value} open={1} pick={{ path: outputPath(id), take: (path) => field.current?.(path) }} />
            </section>
          ))}
          {output === undefined ? null : <section className={classes.part} aria-label="What it gave last"><h3>Its own output</h3><JsonView value={output} open={1} /></section>}
        </div>
      ) : null}
    </details>
  );
}

/** Of a node in a loop, what it gave for the first item. */
function lastOf(nodeId: string, jobs: ReadonlyMap<string, Job>): unknown {
  const job = jobs.get(nodeId) ?? jobs.get(`${nodeId}#0`) ?? jobs.get(`${nodeId}#0#0`);
  return job?.output ?? undefined;
}
