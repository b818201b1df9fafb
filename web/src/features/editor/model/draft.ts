import type { Edge, Node } from '@xyflow/react';
import { isObject, type JsonObject } from '../../../api/json';
import type { DrawnTemplate, TemplateRequest } from '../../../api/types';
import { nodeSize, openUp, savedLayout } from '../../../graph/layout';
import { childrenOf, readGraph } from '../../../graph/model';
import { isNote } from '../../../shared/nodeKinds';

export interface StepData extends Record<string, unknown> {
  nodeType: string;
  /** The `data` of the node in the file: its settings, and whatever else its author keeps there. */
  settings: JsonObject;
  /** Everything else that the file says of the node. */
  kept: JsonObject;
}

export type EditorNode = Node<StepData, 'step' | 'loop' | 'note'>;
export type EditorEdge = Edge<{ kept: JsonObject }>;

/** The node type whose body are the nodes that have it as their parent. */
export const loopType = 'for_each';

export const loopSize = { width: 560, height: 230 };
export const noteSize = { width: 260, height: 140 };

export interface Facts {
  name: string;
  description: string;
  category: string;
  defaultParams: JsonObject;
}

/** A workflow as it is being drawn. */
export interface Draft extends Facts {
  nodes: EditorNode[];
  edges: EditorEdge[];
}

/** Under this id a workflow is drawn that has not been saved yet. */
export const newId = 'new';

/** A drawing to begin with: something has to start, and something has to be the result. */
export function newDraft(): Draft {
  return {
    name: 'New workflow', description: '', category: '', defaultParams: {}, edges: [],
    nodes: [makeNode('start', 'input', { x: 0, y: 0 }, { label: 'Start' })],
  };
}

export function makeNode(id: string, nodeType: string, position: { x: number; y: number }, settings: JsonObject = {}, kept?: JsonObject): EditorNode {
  const type = nodeType === loopType ? 'loop' : isNote(nodeType) ? 'note' : 'step';
  const size = type === 'loop' ? loopSize : type === 'note' ? noteSize : nodeSize;
  return {
    id, position, type, ...size, measured: size, ...(type === 'note' ? { zIndex: -1 } : {}),
    data: { nodeType, settings, kept: kept ?? { type: nodeType } },
  };
}

export function makeEdge(source: string, target: string, sourceHandle: string | null, targetHandle: string | null = null, kept: JsonObject = {}): EditorEdge {
  const id = typeof kept.id === 'string' ? kept.id : `${source}${sourceHandle ? `:${sourceHandle}` : ''}-${target}`;
  return { id, source, target, sourceHandle, targetHandle, data: { kept } };
}

export function labelOf(node: EditorNode): string {
  const { label, note } = node.data.settings;
  return [label, node.type === 'note' ? note : undefined].find((text) => typeof text === 'string' && text !== '') as string | undefined ?? node.id;
}

export function readDraft(row: DrawnTemplate): Draft {
  const graph = openUp(readGraph(row.nodes_json, row.edges_json));
  const layout = savedLayout(graph);
  const bodies = childrenOf(graph.nodes);
  const jsonById = new Map((Array.isArray(row.nodes_json) ? row.nodes_json : []).filter(isObject).map((json) => [json.id, json]));
  const edgeJson = (Array.isArray(row.edges_json) ? row.edges_json : []).filter(isObject);
  const edgeById = new Map<unknown, JsonObject>(edgeJson.map((json) => [json.id, json]));
  const nodes = graph.nodes.map((node): EditorNode => {
    const json = jsonById.get(node.id) ?? {};
    const box = layout.get(node.id)!;
    const isLoop = node.type === loopType || bodies.has(node.id);
    const made = makeNode(node.id, node.type, { x: box.x, y: box.y }, isObject(json.data) ? json.data : {}, json);
    const size = isLoop ? { width: Math.max(box.width, sizeOf(json, 'width', loopSize)), height: Math.max(box.height, sizeOf(json, 'height', loopSize)) }
      : made.type === 'note' ? { width: sizeOf(json, 'width', noteSize), height: sizeOf(json, 'height', noteSize) }
      : nodeSize;
    return { ...made, type: isLoop ? 'loop' : made.type, parentId: node.parentId, ...size, measured: size };
  });
  return {
    name: row.name,
    description: row.description ?? '',
    category: row.category ?? '',
    defaultParams: isObject(row.default_params_json) ? row.default_params_json : {},
    nodes: parentsFirst(nodes),
    edges: graph.edges.map((edge) => makeEdge(edge.source, edge.target, edge.sourceHandle, edge.targetHandle, keptOf(edge, edgeById, edgeJson))),
  };
}

function sizeOf(json: JsonObject, side: 'width' | 'height', usual: { width: number; height: number }): number {
  const given = [json[side], isObject(json.style) ? json.style[side] : undefined, isObject(json.measured) ? json.measured[side] : undefined];
  return given.find((value) => typeof value === 'number') as number | undefined ?? usual[side];
}

// Edges of files need no id.
function keptOf(edge: { id: string; source: string; target: string }, byId: ReadonlyMap<unknown, JsonObject>, edges: readonly JsonObject[]): JsonObject {
  const json = byId.get(edge.id) ?? edges.find((one) => one.source === edge.source && one.target === edge.target);
  return { ...json, id: edge.id };
}

/** What is sent to be saved or checked; the file that React Flow's toObject() would give. */
export function toRequest(draft: Draft): TemplateRequest {
  return {
    name: draft.name,
    description: draft.description || null,
    category: draft.category || null,
    nodes: draft.nodes.map(toNodeJson),
    edges: draft.edges.map(toEdgeJson),
    default_params: draft.defaultParams as TemplateRequest['default_params'],
  };
}

/** The same as a row of the server. */
export function toRow(draft: Draft): DrawnTemplate {
  const { nodes, edges, default_params, ...facts } = toRequest(draft);
  return { ...facts, nodes_json: nodes, edges_json: edges, default_params_json: default_params };
}

function toNodeJson(node: EditorNode): JsonObject {
  const { kept, settings } = node.data;
  const json: JsonObject = { ...kept, id: node.id, position: { x: Math.round(node.position.x), y: Math.round(node.position.y) }, data: settings };
  delete json.parentId;
  delete json.selected;
  delete json.dragging;
  if (node.parentId !== undefined) json.parentId = node.parentId;
  if (node.type !== 'step') {
    const usual = node.type === 'loop' ? loopSize : noteSize;
    json.width = Math.round(node.width ?? usual.width);
    json.height = Math.round(node.height ?? usual.height);
    delete json.style;
    delete json.measured;
  } else {
    // As React Flow's toObject() says it; another editor then knows how large its nodes were.
    json.measured = { ...nodeSize };
  }
  return json;
}

function toEdgeJson(edge: EditorEdge): JsonObject {
  const json: JsonObject = { ...edge.data?.kept, id: edge.id, source: edge.source, target: edge.target };
  for (const handle of ['sourceHandle', 'targetHandle'] as const) {
    if (edge[handle]) json[handle] = edge[handle];
    else delete json[handle];
  }
  delete json.selected;
  return json;
}

/** In the order in which React Flow wants them. */
export function parentsFirst(nodes: readonly EditorNode[]): EditorNode[] {
  const ids = new Set(nodes.map((node) => node.id));
  const bodies = new Map<string | undefined, EditorNode[]>();
  for (const node of nodes) {
    const parent = node.parentId !== undefined && ids.has(node.parentId) ? node.parentId : undefined;
    const body = bodies.get(parent);
    if (body) body.push(node);
    else bodies.set(parent, [node]);
  }
  const walk = (node: EditorNode): EditorNode[] => [node, ...(bodies.get(node.id) ?? []).flatMap(walk)];
  return (bodies.get(undefined) ?? []).flatMap(walk);
}
