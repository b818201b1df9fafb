import { isObject, parseJson, type JsonObject } from '../../../api/json';
import { labelOf, makeEdge, readDraft, toRequest, type Draft, type EditorEdge, type EditorNode } from './draft';
import { freeId, freeLabel } from './ids';
import { withNames } from './references';

export interface Piece {
  nodes: EditorNode[];
  edges: EditorEdge[];
}

/** The selected nodes, with the bodies of selected loops, and the edges among them. */
export function selectedPiece({ nodes, edges }: Piece): Piece {
  const chosen = new Set(nodes.filter((node) => node.selected).map((node) => node.id));
  for (const node of nodes) if (node.parentId !== undefined && chosen.has(node.parentId)) chosen.add(node.id);
  return {
    nodes: nodes.filter((node) => chosen.has(node.id)),
    edges: edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)),
  };
}

/** A piece as text: a workflow file of its own, so that it can also be sent to somebody. */
export function toText({ nodes, edges }: Piece, name: string): string {
  const { nodes: nodesJson, edges: edgesJson } = toRequest({ name, description: '', category: '', defaultParams: {}, nodes, edges });
  return JSON.stringify({ name, nodes: nodesJson, edges: edgesJson }, null, 2);
}

/** The nodes and edges in a text; null if it is no workflow. */
export function fromText(text: string): Draft | null {
  const json = parseJson(text);
  if (!isObject(json)) return null;
  const nodes = json.nodes ?? json.nodes_json;
  if (!Array.isArray(nodes) || nodes.length === 0) return null;
  const word = (value: unknown) => (typeof value === 'string' ? value : '');
  return readDraft({
    name: word(json.name), description: word(json.description), category: word(json.category),
    nodes_json: nodes, edges_json: json.edges ?? json.edges_json ?? [], default_params_json: json.default_params ?? json.default_params_json ?? null,
  });
}

/**
 * A copy of a piece under ids and labels that are free beside other nodes, moved a little. What its nodes read of each other they read of the copies.
 */
export function renamed(piece: Piece, others: readonly EditorNode[], shift: { x: number; y: number }): Piece {
  const used = new Set(others.map((node) => node.id));
  const labels = new Set(others.map(labelOf));
  const names = new Map(piece.nodes.map((node) => {
    const id = freeId(node.id, used);
    used.add(id);
    return [node.id, id];
  }));
  return {
    nodes: piece.nodes.map((node) => {
      const isInside = node.parentId !== undefined && names.has(node.parentId);
      return {
        ...node,
        id: names.get(node.id)!,
        parentId: isInside ? names.get(node.parentId!) : node.parentId,
        position: isInside ? node.position : { x: node.position.x + shift.x, y: node.position.y + shift.y },
        data: { ...node.data, settings: { ...(withNames(node.data.settings, names) as JsonObject), ...ownLabel(node.data.settings, labels) } },
        selected: true,
      };
    }),
    edges: piece.edges.map((edge) => ({ ...makeEdge(names.get(edge.source)!, names.get(edge.target)!, edge.sourceHandle ?? null, edge.targetHandle ?? null), selected: false })),
  };
}

function ownLabel({ label }: JsonObject, taken: Set<string>): JsonObject {
  if (typeof label !== 'string' || label === '') return {};
  const own = freeLabel(label, taken);
  taken.add(own);
  return { label: own };
}
