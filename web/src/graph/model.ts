import { isObject } from '../api/json';
import { isKnownKind } from '../shared/nodeKinds';

export interface Point {
  x: number;
  y: number;
}

export interface GraphNode {
  id: string;
  type: string;
  label: string;
  /** The `for_each` whose body this node is in; positions are relative to it. */
  parentId?: string;
  position?: Point;
  /** How large the node was where it was drawn. */
  drawnWidth?: number;
  drawnHeight?: number;
  /** The colour of a note. */
  color?: string;
}

export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  sourceHandle: string | null;
  targetHandle: string | null;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** Reads what React Flow's toObject() gives. What is not a node or an edge is left out: a run may be older than the template. */
export function readGraph(nodesJson: unknown, edgesJson: unknown): Graph {
  const nodes = (Array.isArray(nodesJson) ? nodesJson : []).flatMap(readNode);
  const ids = new Set(nodes.map((node) => node.id));
  for (const node of nodes) if (node.parentId !== undefined && !ids.has(node.parentId)) node.parentId = undefined;
  const edges = (Array.isArray(edgesJson) ? edgesJson : []).flatMap(readEdge).filter((edge) => ids.has(edge.source) && ids.has(edge.target));
  return { nodes, edges };
}

function readNode(json: unknown): GraphNode[] {
  if (!isObject(json) || typeof json.id !== 'string') return [];
  const data = isObject(json.data) ? json.data : {};
  const position = isObject(json.position) ? json.position : {};
  const measured = isObject(json.measured) ? json.measured : {};
  return [{
    id: json.id,
    type: typeOf(json.type, data.node_type ?? data.type),
    label: [data.label, data.note].find((text) => typeof text === 'string' && text !== '') as string | undefined ?? json.id,
    parentId: typeof json.parentId === 'string' ? json.parentId : undefined,
    position: typeof position.x === 'number' && typeof position.y === 'number' ? { x: position.x, y: position.y } : undefined,
    drawnWidth: [json.width, measured.width].find((width) => typeof width === 'number'),
    drawnHeight: [json.height, measured.height].find((height) => typeof height === 'number'),
    ...(typeof data.color === 'string' ? { color: data.color } : {}),
  }];
}

// `type` wins where it names a known node type; it may also name a team's own renderer.
function typeOf(type: unknown, inData: unknown): string {
  if (typeof type === 'string' && isKnownKind(type)) return type;
  if (typeof inData === 'string') return inData;
  return typeof type === 'string' ? type : 'default';
}

function readEdge(json: unknown): GraphEdge[] {
  if (!isObject(json) || typeof json.source !== 'string' || typeof json.target !== 'string') return [];
  const handle = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const [sourceHandle, targetHandle] = [handle(json.sourceHandle), handle(json.targetHandle)];
  const id = typeof json.id === 'string' ? json.id : `${json.source}:${sourceHandle ?? ''}-${json.target}:${targetHandle ?? ''}`;
  return [{ id, source: json.source, target: json.target, sourceHandle, targetHandle }];
}

/** The nodes by the `for_each` that they are in; those at the top under undefined. */
export function childrenOf(nodes: readonly GraphNode[]): Map<string | undefined, GraphNode[]> {
  const groups = new Map<string | undefined, GraphNode[]>();
  for (const node of nodes) {
    const siblings = groups.get(node.parentId);
    if (siblings) siblings.push(node);
    else groups.set(node.parentId, [node]);
  }
  return groups;
}
