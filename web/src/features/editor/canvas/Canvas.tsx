import { useComputedColorScheme } from '@mantine/core';
import {
  Background, Controls, MarkerType, MiniMap, ReactFlow, SelectionMode, useReactFlow, type EdgeTypes, type FinalConnectionState, type NodeTypes, type ReactFlowInstance,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { memo, useCallback, useMemo, useState, type DragEvent, type MouseEvent as ClickEvent } from 'react';
import { DetailContext, fewNodes, manyNodes, readableZoom, useDetail } from '../../../graph/detail';
import { nodeSize } from '../../../graph/layout';
import { lazyPart } from '../../../shared/loadCode';
import { kindOf } from '../../../shared/nodeKinds';
import type { EditorEdge, EditorNode } from '../model/draft';
import { draggedType } from '../palette/drag';
import { useEditor, useEditorState, type Origin, type Place } from '../store';
import './Canvas.css';
import { EdgeDrawing } from './EdgeDrawing';
import { InsertContext, InsertEdge } from './InsertEdge';
import { LoopNode } from './LoopNode';
import { NodeMenu } from './NodeMenu';
import { NoteNode } from './NoteNode';
import { StepNode } from './StepNode';

const NodeTypeMenu = lazyPart(() => import('../palette/NodeTypeMenu'), 'NodeTypeMenu');

const nodeTypes: NodeTypes = { step: StepNode, loop: LoopNode, note: NoteNode };
const edgeTypes: EdgeTypes = { default: InsertEdge };
const fitViewOptions = { padding: 0.12, maxZoom: 1, minZoom: 0.1 };
const fewFitViewOptions = { ...fitViewOptions, padding: 0.06, minZoom: readableZoom };
const edgeOptions = { markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: 'var(--ink-faint)' }, interactionWidth: 22 };
const noEdges: EditorEdge[] = [];
const emptyViewport = { x: 90, y: 260, zoom: 1 };
const deleteKeys = null;
const grid: [number, number] = [10, 10];
const hidden = { hideAttribution: true };

/** A place at which a node is asked for: behind the handle of another one, or on an edge. */
interface Asked {
  screen: Place;
  place: Place;
  origin?: Origin;
  edgeId?: string;
}

/** Where the workflow is drawn. */
export const Canvas = memo(function Canvas() {
  const editor = useEditor();
  const colorMode = useComputedColorScheme('light');
  const { screenToFlowPosition } = useReactFlow();
  const nodes = useEditorState((state) => state.draft.nodes);
  const edges = useEditorState((state) => state.draft.edges);
  const problems = useEditorState((state) => state.problems);
  const isLarge = nodes.length > manyNodes;
  const { detail, onInit, onMove } = useDetail(isLarge);
  const isDrawing = isLarge && detail !== 'full';
  const [asked, setAsked] = useState<Asked | null>(null);
  const [menuAt, setMenuAt] = useState<Place | null>(null);
  // What comes next is drawn to the right of the start, which is to leave room for it.
  const [isAlmostEmpty] = useState(nodes.length < 2);
  const shownEdges = useMemo(() => markWrong(edges, new Set(problems.map((problem) => problem.edge_id))), [edges, problems]);

  const over = (event: DragEvent) => {
    if (!draggedType(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'move';
  };
  const drop = (event: DragEvent) => {
    const type = draggedType(event);
    if (!type) return;
    event.preventDefault();
    const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const place = { x: x - nodeSize.width / 2, y: y - nodeSize.height / 2 };
    const edgeId = edgeAt(event.clientX, event.clientY);
    if (edgeId) editor.insert(event.dataTransfer.getData(type), place, edgeId);
    else editor.add(event.dataTransfer.getData(type), place);
  };
  const ask = useCallback((edgeId: string, screen: Place) => {
    const { x, y } = screenToFlowPosition(screen);
    setAsked({ edgeId, screen, place: { x: x - nodeSize.width / 2, y: y - nodeSize.height / 2 } });
  }, [screenToFlowPosition]);
  const openMenu = useCallback((event: ClickEvent, node: EditorNode) => {
    event.preventDefault();
    if (!node.selected) editor.select([node.id]);
    setMenuAt({ x: event.clientX, y: event.clientY });
  }, [editor]);
  // An edge that ends where nothing is asks for the node that it is to lead to.
  const endConnection = useCallback((event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    if (state.isValid || state.toNode || !state.fromNode || state.fromHandle?.type !== 'source') return;
    const { clientX: x, clientY: y } = 'changedTouches' in event ? event.changedTouches[0]! : event;
    const at = screenToFlowPosition({ x, y });
    setAsked({ origin: { node: state.fromNode.id, handle: state.fromHandle.id ?? null }, screen: { x, y }, place: { x: at.x, y: at.y - nodeSize.height / 2 } });
  }, [screenToFlowPosition]);

  // React Flow tells everything in the graph of each function that it has not seen before.
  const settle = useCallback((_: unknown, __: unknown, moved: EditorNode[]) => editor.settle(moved), [editor]);
  // React Flow leaves several nodes selected when one of them is clicked, whose settings could then not be reached.
  const click = useCallback((event: ClickEvent, node: EditorNode) => {
    if (event.shiftKey || event.ctrlKey || event.metaKey) return;
    if (editor.store.getState().draft.nodes.filter((one) => one.selected).length > 1) editor.select([node.id]);
  }, [editor]);
  const settleSelected = useCallback((_: unknown, moved: EditorNode[]) => editor.settle(moved), [editor]);

  const begin = useCallback((instance: ReactFlowInstance<EditorNode, EditorEdge>) => {
    onInit(instance);
    showStart(instance);
  }, [onInit]);

  return (
    <DetailContext value={detail}>
      <InsertContext value={ask}>
      <ReactFlow<EditorNode, EditorEdge>
        className="editor-canvas"
        data-far={detail !== 'full' || undefined}
        onInit={begin}
        onMove={onMove}
        nodes={nodes}
        edges={isDrawing ? noEdges : shownEdges}
        nodeTypes={nodeTypes}
        edgeTypes={isLarge ? undefined : edgeTypes}
        defaultEdgeOptions={edgeOptions}
        onNodesChange={editor.applyNodes}
        onEdgesChange={editor.applyEdges}
        onNodeClick={click}
        onNodeContextMenu={openMenu}
        onNodeDragStop={settle}
        onSelectionDragStop={settleSelected}
        onConnect={editor.connect}
        onConnectEnd={endConnection}
        isValidConnection={editor.mayConnect}
        onDragOver={over}
        onDrop={drop}
        colorMode={colorMode}
        fitView={!isAlmostEmpty}
        defaultViewport={emptyViewport}
        fitViewOptions={nodes.length <= fewNodes ? fewFitViewOptions : fitViewOptions}
        minZoom={0.06}
        maxZoom={2}
        snapToGrid
        snapGrid={grid}
        connectionRadius={36}
        selectionMode={SelectionMode.Partial}
        selectNodesOnDrag={false}
        elevateNodesOnSelect={false}
        panOnScroll
        deleteKeyCode={deleteKeys}
        onlyRenderVisibleElements={isLarge}
        proOptions={hidden}
      >
        <Background gap={20} size={1.4} color="var(--grid-dot)" bgColor="var(--surface-sunken)" />
        {isDrawing ? <EdgeDrawing /> : null}
        <Controls showInteractive={false} fitViewOptions={fitViewOptions} />
        {nodes.length > 12 ? <MiniMap pannable zoomable nodeColor={colorOf} nodeStrokeWidth={0} nodeBorderRadius={14} ariaLabel="Overview of the drawing" /> : null}
      </ReactFlow>
      </InsertContext>
      {asked ? (
        <NodeTypeMenu
          at={asked.screen}
          close={() => setAsked(null)}
          choose={(type) => {
            setAsked(null);
            if (asked.edgeId) editor.insert(type, asked.place, asked.edgeId);
            else editor.add(type, asked.place, asked.origin);
          }}
        />
      ) : null}
      {menuAt ? <NodeMenu at={menuAt} close={() => setMenuAt(null)} /> : null}
    </DetailContext>
  );
});

/** Where a drawing does not fit at a size that can be read, its beginning is what is seen. */
function showStart({ getNodes, getViewport, setViewport }: ReactFlowInstance<EditorNode, EditorEdge>) {
  const margin = 24;
  const { x, y, zoom } = getViewport();
  const left = Math.min(...getNodes().filter((node) => node.parentId === undefined).map((node) => node.position.x));
  if (Number.isFinite(left) && left * zoom + x < 0) void setViewport({ x: margin - left * zoom, y, zoom });
}

/** The edge at a place of the window. */
function edgeAt(x: number, y: number): string | undefined {
  const found = document.elementsFromPoint(x, y).map((element) => element.closest('.react-flow__edge, [data-edge]')).find((element) => element !== null);
  return found?.getAttribute('data-edge') ?? found?.getAttribute('data-id') ?? undefined;
}

function colorOf(node: EditorNode): string {
  return `var(--hue-${kindOf(node.data.nodeType).hue})`;
}

function markWrong(edges: EditorEdge[], wrong: ReadonlySet<string | null | undefined>): EditorEdge[] {
  if (!edges.some((edge) => wrong.has(edge.id))) return edges;
  return edges.map((edge) => (wrong.has(edge.id) ? { ...edge, className: 'wrong' } : edge));
}
