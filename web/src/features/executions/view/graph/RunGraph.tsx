import { useComputedColorScheme } from '@mantine/core';
import { Background, Controls, MiniMap, ReactFlow, ReactFlowProvider, type Edge, type Node, type NodeTypes, type Viewport } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { DetailContext, manyNodes, useDetail } from '../../../../graph/detail';
import type { Layout } from '../../../../graph/layout';
import type { Graph } from '../../../../graph/model';
import type { Runs } from '../../model/runs';
import { EdgeLayer } from './EdgeLayer';
import { Refit } from '../../../../graph/Refit';
import { Reveal } from './Reveal';
import './RunGraph.css';
import { LoopNode, RunNode } from './RunNode';
import { createSelection, SelectionContext } from './selection';
import { drawingOf, flowEdges, withRuns, type RunFlowNode } from './toFlow';

const nodeTypes: NodeTypes = { run: RunNode, loop: LoopNode };
const fitViewOptions = { padding: 0.06, maxZoom: 1, minZoom: 0.06 };
const minimapSize = { width: 160, height: 108 };
const hidden = { hideAttribution: true };
/** A large graph has its edges as one drawing. */
const noEdges: Edge[] = [];

interface FlowProps {
  graph: Graph;
  layout: Layout;
  runs: Runs;
  select: (node: string | undefined) => void;
  isOver: boolean;
}

interface CanvasProps extends FlowProps {
  /** Whether the graph stays where it is when its frame changes. */
  isMoved: RefObject<boolean>;
}

interface Props extends FlowProps {
  selected: string | undefined;
  /** What lies over the graph while a node is selected. */
  cover: RefObject<HTMLElement | null>;
}

/** The graph of an execution, as it runs. */
export function RunGraph({ selected, cover, select, ...flow }: Props) {
  const [selection] = useState(() => createSelection(selected));
  useEffect(() => selection.setState({ selected }), [selection, selected]);
  // The click is seen at once; what else follows from it may come a little later.
  const choose = useCallback((node: string | undefined) => {
    selection.setState({ selected: node });
    select(node);
  }, [select, selection]);
  const isMoved = useRef(false);
  const hold = useCallback(() => {
    isMoved.current = true;
  }, []);
  return (
    <ReactFlowProvider>
      <SelectionContext value={selection}>
        <Flow {...flow} select={choose} isMoved={isMoved} />
        <Reveal selected={selected} cover={cover} hold={hold} />
      </SelectionContext>
    </ReactFlowProvider>
  );
}

const Flow = memo(function Flow({ graph, layout, runs, select, isOver, isMoved }: CanvasProps) {
  const colorMode = useComputedColorScheme('light');
  const drawing = useMemo(() => drawingOf(graph, layout), [graph, layout]);
  const nodesBefore = useRef<ReadonlyMap<string, RunFlowNode>>(new Map());
  const edgesBefore = useRef<ReadonlyMap<string, Edge>>(new Map());

  const nodes = useMemo(() => {
    const next = withRuns(drawing, runs, nodesBefore.current);
    nodesBefore.current = new Map(next.map((node) => [node.id, node]));
    return next;
  }, [drawing, runs]);
  const isLarge = graph.nodes.length > manyNodes;
  const edges = useMemo(() => {
    if (isLarge) return noEdges;
    const next = flowEdges(graph, runs, edgesBefore.current);
    edgesBefore.current = new Map(next.map((edge) => [edge.id, edge]));
    return next;
  }, [graph, isLarge, runs]);

  const { detail, onInit, onMove } = useDetail(isLarge);
  const movedFrom = useRef<Viewport>(undefined);
  const isHeld = useCallback(() => isMoved.current, [isMoved]);

  const startMove = useCallback((_: unknown, viewport: Viewport) => {
    movedFrom.current = viewport;
  }, []);
  const endMove = useCallback((event: MouseEvent | TouchEvent | null, { x, y, zoom }: Viewport) => {
    // A click begins a move too, and the page's own moves have no event.
    const from = movedFrom.current;
    if (event && from && (Math.hypot(x - from.x, y - from.y) > 4 || zoom !== from.zoom)) isMoved.current = true;
  }, [isMoved]);
  const click = useCallback((_: unknown, node: Node) => select(node.id), [select]);
  const clear = useCallback(() => select(undefined), [select]);
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape') return select(undefined);
    const node = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset.id;
    if (node === undefined || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    select(node);
  };

  return (
    <DetailContext value={detail}>
      <ReactFlow
        className="run-graph"
        data-over={isOver || undefined}
        data-far={detail !== 'full' || undefined}
        onInit={onInit}
        onMoveStart={startMove}
        onMoveEnd={endMove}
        onMove={onMove}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        onNodeClick={click}
        onPaneClick={clear}
        onKeyDown={press}
        colorMode={colorMode}
        fitView
        fitViewOptions={fitViewOptions}
        minZoom={0.04}
        maxZoom={2}
        onlyRenderVisibleElements={isLarge}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        proOptions={hidden}
      >
        <Background gap={20} size={1.4} color="var(--grid-dot)" bgColor="var(--surface-sunken)" />
        <Controls
          showInteractive={false}
          fitViewOptions={fitViewOptions}
          onFitView={() => {
            isMoved.current = false;
          }}
        />
        <Refit options={fitViewOptions} isHeld={isHeld} isAtOnce={isLarge} />
        {isLarge ? <EdgeLayer graph={graph} drawing={drawing} runs={runs} /> : null}
        {graph.nodes.length > 25 ? <MiniMap pannable zoomable nodeColor={colorOf} nodeStrokeWidth={0} style={minimapSize} nodeBorderRadius={14} ariaLabel="Overview of the graph" /> : null}
      </ReactFlow>
    </DetailContext>
  );
});

function colorOf(node: Node): string {
  return `var(--${(node as RunFlowNode).data.status ?? 'line-strong'})`;
}
