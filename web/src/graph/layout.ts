import { isDrawing, isNote } from '../shared/nodeKinds';
import { childrenOf, type Graph, type GraphNode, type Point } from './model';

export const nodeSize = { width: 220, height: 84 };
export const groupPadding = { top: 62, side: 24, bottom: 24 };

export interface Box extends Point {
  width: number;
  height: number;
}

/** Where every node is, relative to its parent, and how large it is. */
export type Layout = ReadonlyMap<string, Box>;

export type Direction = 'right' | 'down';

/**
 * Moves nodes apart that were drawn for smaller ones, all by the same factor, so that edges between neighbours can be seen.
 * Drawings keep their shape.
 */
export function openUp(graph: Graph): Graph {
  if (graph.nodes.every((node) => (node.drawnWidth ?? 0) >= nodeSize.width)) return graph;
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const least = { x: Infinity, y: Infinity };
  for (const edge of graph.edges) {
    const [from, to] = [byId.get(edge.source)?.position, byId.get(edge.target)?.position];
    if (!from || !to) continue;
    // Only the way that an edge goes counts: neighbours in a row may be a little higher or lower.
    if (to.x - from.x >= Math.abs(to.y - from.y) / 2) least.x = Math.min(least.x, Math.max(to.x - from.x, 1));
    if (to.y - from.y > (to.x - from.x) * 2) least.y = Math.min(least.y, to.y - from.y);
  }
  const factor = { x: stretch(nodeSize.width + 60, least.x), y: stretch(nodeSize.height + 52, least.y) };
  if (factor.x === 1 && factor.y === 1) return graph;
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node, position: node.position && { x: node.position.x * factor.x, y: node.position.y * factor.y },
    })),
  };
}

function stretch(wanted: number, least: number): number {
  return Math.min(1.7, Math.max(1, wanted / least));
}

/** Whether the saved positions cannot be shown as they are: some are missing, or nodes would cover each other. */
export function needsLayout({ nodes }: Graph): boolean {
  if (nodes.some((node) => node.position === undefined)) return true;
  // Notes and frames may lie behind others.
  for (const siblings of childrenOf(nodes.filter((node) => !isDrawing(node.type))).values()) if (siblings.length > 1 && overlaps(siblings)) return true;
  return false;
}

// Sorted by x, a node can only cover those that follow within its width.
function overlaps(siblings: readonly GraphNode[]): boolean {
  const places = siblings.map((node) => node.position!).sort((a, b) => a.x - b.x);
  return places.some((place, index) => {
    for (let next = index + 1; next < places.length && places[next]!.x < place.x + nodeSize.width; next++)
      if (Math.abs(places[next]!.y - place.y) < nodeSize.height) return true;
    return false;
  });
}

/** The way most edges go. */
export function directionOf(edges: Graph['edges'], layout: Layout): Direction {
  let [across, down] = [0, 0];
  for (const edge of edges) {
    const [from, to] = [layout.get(edge.source), layout.get(edge.target)];
    if (!from || !to) continue;
    across += Math.max(0, to.x - from.x - nodeSize.width / 2);
    down += Math.max(0, to.y - from.y - nodeSize.height / 2);
  }
  return down > across ? 'down' : 'right';
}

/** The saved positions; a `for_each` is as large as it was drawn, and at least as its body needs. */
export function savedLayout({ nodes }: Graph): Layout {
  const children = childrenOf(nodes);
  const layout = new Map<string, Box>();
  const place = (node: GraphNode): Box => {
    const body = (children.get(node.id) ?? []).map(place);
    // A body may have been drawn over its frame's head.
    const shift = { x: Math.max(0, groupPadding.side - least(body, 'x')), y: Math.max(0, groupPadding.top - least(body, 'y')) };
    for (const box of body) {
      box.x += shift.x;
      box.y += shift.y;
    }
    const isSized = body.length > 0 || isNote(node.type);
    const box = {
      ...(node.position ?? { x: 0, y: 0 }),
      width: Math.max(nodeSize.width, isSized ? node.drawnWidth ?? 0 : 0, ...body.map((inner) => inner.x + inner.width + groupPadding.side)),
      height: Math.max(nodeSize.height, isSized ? node.drawnHeight ?? 0 : 0, ...body.map((inner) => inner.y + inner.height + groupPadding.bottom)),
    };
    layout.set(node.id, box);
    return box;
  };
  (children.get(undefined) ?? []).forEach(place);
  return layout;
}

function least(boxes: readonly Box[], axis: 'x' | 'y'): number {
  return boxes.length === 0 ? Infinity : Math.min(...boxes.map((box) => box[axis]));
}

/** How high a drawing is for its width. */
export function aspectOf(layout: Layout): number {
  const boxes = [...layout.values()];
  if (boxes.length === 0) return 0;
  const side = (at: 'x' | 'y', size: 'width' | 'height') =>
    boxes.reduce((most, box) => Math.max(most, box[at] + box[size]), -Infinity) - boxes.reduce((first, box) => Math.min(first, box[at]), Infinity);
  return side('y', 'height') / side('x', 'width');
}

/** Columns by the longest way from a start: good enough for a thumbnail, and at once. */
export function columnLayout(graph: Graph): Layout {
  const column = new Map<string, number>(graph.nodes.map((node) => [node.id, 0]));
  // As many rounds as a way can be long; a graph with a cycle ends too.
  for (let round = 0, changed = true; changed && round < graph.nodes.length; round++) {
    changed = false;
    for (const { source, target } of graph.edges) {
      const wanted = column.get(source)! + 1;
      if (column.get(target)! < wanted && wanted < graph.nodes.length) {
        column.set(target, wanted);
        changed = true;
      }
    }
  }
  const filled = new Map<number, number>();
  const layout = new Map<string, Box>();
  for (const node of graph.nodes) {
    const x = column.get(node.id)!;
    const y = filled.get(x) ?? 0;
    filled.set(x, y + 1);
    layout.set(node.id, { x: x * (nodeSize.width + 90), y: y * (nodeSize.height + 44), ...nodeSize });
  }
  return layout;
}
