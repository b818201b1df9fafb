import { getBezierPath, Position } from '@xyflow/react';
import { useMemo } from 'react';
import type { Direction } from '../../../graph/layout';
import { nodeSize } from '../../../graph/layout';
import { ViewportLayer } from '../../../graph/ViewportLayer';
import type { EditorEdge, EditorNode } from '../model/draft';
import { absolute } from '../model/loops';
import { branchesOf, portsOf, type NodeTypes } from '../model/nodeTypes';
import { useEditor, useEditorState } from '../store';

/** All edges of a large drawing as one, for as long as it is seen from so far away that none of them can be grasped. */
export function EdgeDrawing() {
  const editor = useEditor();
  const revision = useEditorState((state) => state.revision);
  const types = useEditorState((state) => state.types);
  const direction = useEditorState((state) => state.direction);
  // What is selected changes nodes, too, but no edge.
  const path = useMemo(() => {
    const { nodes, edges } = editor.store.getState().draft;
    return { of: revision, d: pathOf(nodes, edges, types, direction) };
  }, [editor, revision, types, direction]);
  return (
    <ViewportLayer>
      <svg className="editor-edges" aria-hidden><path d={path.d} /></svg>
    </ViewportLayer>
  );
}

function pathOf(nodes: readonly EditorNode[], edges: readonly EditorEdge[], types: NodeTypes, direction: Direction): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isDown = direction === 'down';
  const end = (id: string, share: number, isSource: boolean) => {
    const node = byId.get(id)!;
    const at = absolute(node, byId);
    const [width, height] = [node.width ?? nodeSize.width, node.height ?? nodeSize.height];
    return isDown ? { x: at.x + width * share, y: at.y + (isSource ? height : 0) } : { x: at.x + (isSource ? width : 0), y: at.y + height * share };
  };
  return edges.map((edge) => {
    const { nodeType, settings } = byId.get(edge.source)!.data;
    const ports = portsOf(branchesOf(types.get(nodeType), settings));
    const [from, to] = [end(edge.source, (Math.max(0, ports.indexOf(edge.sourceHandle ?? null)) + 1) / (ports.length + 1), true), end(edge.target, 0.5, false)];
    return getBezierPath({
      sourceX: from.x, sourceY: from.y, sourcePosition: isDown ? Position.Bottom : Position.Right,
      targetX: to.x, targetY: to.y, targetPosition: isDown ? Position.Top : Position.Left,
    })[0];
  }).join('');
}
