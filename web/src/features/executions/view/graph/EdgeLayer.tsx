import { getBezierPath, Position } from '@xyflow/react';
import { memo, useContext, useMemo } from 'react';
import { DetailContext } from '../../../../graph/detail';
import type { Graph } from '../../../../graph/model';
import { ViewportLayer } from '../../../../graph/ViewportLayer';
import { edgeState, type EdgeState } from '../../model/edgeStates';
import type { Runs } from '../../model/runs';
import type { Drawing, RunFlowNode } from './toFlow';

interface Props {
  graph: Graph;
  drawing: Drawing;
  runs: Runs;
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

interface EdgePath {
  id: string;
  path: string;
  label: { text: string; x: number; y: number } | null;
}

/** Where the edges of a drawing run. */
function edgePathsOf(graph: Graph, { nodes, direction }: Drawing): EdgePath[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const corner = (node: RunFlowNode): { x: number; y: number } => {
    const parent = node.parentId === undefined ? undefined : byId.get(node.parentId);
    const at = parent ? corner(parent) : { x: 0, y: 0 };
    return { x: at.x + node.position.x, y: at.y + node.position.y };
  };
  const corners = new Map(nodes.map((node) => [node.id, corner(node)]));
  const end = (id: string, type: 'source' | 'target', handle: string | null) => {
    const found = byId.get(id)!.data.handles.find((one) => one.type === type && (one.id ?? null) === handle)!;
    const at = corners.get(id)!;
    return { x: at.x + found.x + (found.width ?? 0) / 2, y: at.y + found.y + (found.height ?? 0) / 2 };
  };
  const [out, into] = direction === 'right' ? [Position.Right, Position.Left] : [Position.Bottom, Position.Top];
  return graph.edges.map((edge) => {
    const [from, to] = [end(edge.source, 'source', edge.sourceHandle), end(edge.target, 'target', edge.targetHandle)];
    const [path, x, y] = getBezierPath({ sourceX: from.x, sourceY: from.y, sourcePosition: out, targetX: to.x, targetY: to.y, targetPosition: into });
    return { id: edge.id, path, label: edge.sourceHandle ? { text: edge.sourceHandle, x, y } : null };
  });
}

/** The edges of each state as one path. */
function pathsByState(graph: Graph, paths: readonly EdgePath[], runs: Runs): Map<EdgeState, string> {
  const groups = new Map<EdgeState, string[]>();
  graph.edges.forEach((edge, index) => {
    const state = edgeState(edge, runs);
    const group = groups.get(state);
    if (group) group.push(paths[index]!.path);
    else groups.set(state, [paths[index]!.path]);
  });
  return new Map([...groups].map(([state, group]) => [state, group.join('')]));
}
