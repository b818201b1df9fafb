import type { Layout } from '../../../graph/layout';
import { nodeSize } from '../../../graph/layout';
import type { Graph } from '../../../graph/model';
import { labelOf, type Draft, type EditorNode } from './draft';

/** A drawing as the layout sees it. */
export function graphOf({ nodes, edges }: Pick<Draft, 'nodes' | 'edges'>): Graph {
  return {
    nodes: nodes.map((node) => ({ id: node.id, type: node.data.nodeType, label: labelOf(node), parentId: node.parentId, position: node.position, drawnWidth: node.width })),
    edges: edges.map((edge) => ({ id: edge.id, source: edge.source, target: edge.target, sourceHandle: edge.sourceHandle ?? null, targetHandle: edge.targetHandle ?? null })),
  };
}

export function layoutOf(nodes: readonly EditorNode[]): Layout {
  return new Map(nodes.map((node) => [node.id, { ...node.position, width: node.width ?? nodeSize.width, height: node.height ?? nodeSize.height }]));
}

/** The nodes where a layout has them. */
export function placed(nodes: readonly EditorNode[], layout: Layout): EditorNode[] {
  return nodes.map((node) => {
    const box = layout.get(node.id);
    if (!box) return node;
    return { ...node, position: { x: box.x, y: box.y }, ...(node.type === 'loop' ? { width: box.width, height: box.height } : {}) };
  });
}
