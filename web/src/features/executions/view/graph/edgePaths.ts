import { getBezierPath, Position } from '@xyflow/react';
import type { Graph } from '../../../../graph/model';
import type { EdgeState } from '../../model/edgeStates';
import { edgeState } from '../../model/edgeStates';
import type { NodeRun } from '../../model/jobs';
import type { Drawing, RunFlowNode } from './toFlow';

export interface EdgePath {
  id: string;
  path: string;
  label: { text: string; x: number; y: number } | null;
}

/** Where the edges of a drawing run. */
export function edgePathsOf(graph: Graph, { nodes, direction }: Drawing): EdgePath[] {
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
export function pathsByState(graph: Graph, paths: readonly EdgePath[], runs: ReadonlyMap<string, NodeRun>): Map<EdgeState, string> {
  const groups = new Map<EdgeState, string[]>();
  graph.edges.forEach((edge, index) => {
    const state = edgeState(edge, runs);
    const group = groups.get(state);
    if (group) group.push(paths[index]!.path);
    else groups.set(state, [paths[index]!.path]);
  });
  return new Map([...groups].map(([state, group]) => [state, group.join('')]));
}
