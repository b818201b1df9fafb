import { groupPadding, nodeSize } from '../../../graph/layout';
import { loopSize, parentsFirst, type EditorNode } from './draft';

interface Point {
  x: number;
  y: number;
}

/** Where a node is on the canvas, whatever loops it is in. */
export function absolute(node: EditorNode, byId: ReadonlyMap<string, EditorNode>): Point {
  const parent = node.parentId === undefined ? undefined : byId.get(node.parentId);
  if (!parent) return node.position;
  const at = absolute(parent, byId);
  return { x: at.x + node.position.x, y: at.y + node.position.y };
}

/** The innermost loop at a point; not one of those that are left out, and none in their bodies. */
export function loopAt(point: Point, nodes: readonly EditorNode[], except: ReadonlySet<string>): EditorNode | undefined {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isLeftOut = (node: EditorNode | undefined): boolean => node !== undefined && (except.has(node.id) || isLeftOut(byId.get(node.parentId ?? '')));
  const depth = (node: EditorNode): number => (node.parentId === undefined ? 0 : 1 + depth(byId.get(node.parentId)!));
  return nodes
    .filter((node) => node.type === 'loop' && !isLeftOut(node))
    .filter((node) => {
      const at = absolute(node, byId);
      return point.x >= at.x && point.y >= at.y && point.x <= at.x + (node.width ?? loopSize.width) && point.y <= at.y + (node.height ?? loopSize.height);
    })
    .sort((a, b) => depth(b) - depth(a))[0];
}

/** Puts nodes that were dropped over a loop into it, and those that were dropped outside of theirs out of it. */
export function reparent(nodes: readonly EditorNode[], moved: ReadonlySet<string>): EditorNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  let isChanged = false;
  const next = nodes.map((node) => {
    // What moves with its loop stays in it, and a note is in none: it does not run.
    if (!moved.has(node.id) || node.type === 'note' || (node.parentId !== undefined && moved.has(node.parentId))) return node;
    const at = absolute(node, byId);
    const size = { width: node.width ?? nodeSize.width, height: node.height ?? nodeSize.height };
    const loop = loopAt({ x: at.x + size.width / 2, y: at.y + size.height / 2 }, nodes, moved);
    if (loop?.id === node.parentId) return node;
    isChanged = true;
    const corner = loop ? absolute(loop, byId) : { x: 0, y: 0 };
    return { ...node, parentId: loop?.id, position: { x: at.x - corner.x, y: at.y - corner.y } };
  });
  return grown(isChanged ? parentsFirst(next) : next);
}

/** Loops as large as their bodies need. */
export function grown(nodes: readonly EditorNode[]): EditorNode[] {
  const result = [...nodes];
  const indexes = new Map(result.map((node, index) => [node.id, index]));
  // Children come after their parents: from the end, the innermost loops grow first.
  for (let at = result.length - 1; at >= 0; at--) {
    const child = result[at]!;
    const parentIndex = child.parentId === undefined ? undefined : indexes.get(child.parentId);
    if (parentIndex === undefined) continue;
    const parent = result[parentIndex]!;
    const position = { x: Math.max(groupPadding.side, child.position.x), y: Math.max(groupPadding.top, child.position.y) };
    if (position.x !== child.position.x || position.y !== child.position.y) result[at] = { ...child, position };
    const width = Math.max(parent.width ?? loopSize.width, position.x + (child.width ?? nodeSize.width) + groupPadding.side);
    const height = Math.max(parent.height ?? loopSize.height, position.y + (child.height ?? nodeSize.height) + groupPadding.bottom);
    if (width !== parent.width || height !== parent.height) result[parentIndex] = { ...parent, width, height };
  }
  return result;
}
