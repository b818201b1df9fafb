import { memo, useContext, useMemo } from 'react';
import { DetailContext } from '../../../../graph/detail';
import type { Graph } from '../../../../graph/model';
import { ViewportLayer } from '../../../../graph/ViewportLayer';
import type { NodeRun } from '../../model/jobs';
import { edgePathsOf, pathsByState } from './edgePaths';
import type { Drawing } from './toFlow';

interface Props {
  graph: Graph;
  drawing: Drawing;
  runs: ReadonlyMap<string, NodeRun>;
}

/**
 * All edges of a large graph as one drawing. React Flow's own edges are an element each, and each looks at every change of the view;
 * with thousands of them that is most of the work.
 */
export const EdgeLayer = memo(function EdgeLayer({ graph, drawing, runs }: Props) {
  const isFar = useContext(DetailContext) !== 'full';
  const paths = useMemo(() => edgePathsOf(graph, drawing), [graph, drawing]);
  const groups = useMemo(() => pathsByState(graph, paths, runs), [graph, paths, runs]);
  return (
    <ViewportLayer>
      <svg className="run-edges" aria-hidden>
        {[...groups].map(([state, path]) => <path key={state} className={`run-edge ${state}`} d={path} />)}
        {isFar ? null : paths.map(({ id, label }) => (label ? <text key={id} x={label.x} y={label.y} className="run-edge-label">{label.text}</text> : null))}
      </svg>
    </ViewportLayer>
  );
});
