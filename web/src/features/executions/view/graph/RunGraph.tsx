import { useComputedColorScheme } from '@mantine/core';
import { Background, Controls, MiniMap, ReactFlow, type Edge, type NodeTypes, type Viewport } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Layout } from '../../../../graph/layout';
import type { Graph } from '../../../../graph/model';
import type { NodeRun } from '../../model/jobs';
import { EdgeLayer } from './EdgeLayer';
import { FarContext } from './far';
import { LoopNode } from './LoopNode';
import { Refit } from '../../../../graph/Refit';
import './RunGraph.css';
import { RunNode } from './RunNode';
import { createSelection, SelectionContext } from './selection';
import { drawingOf, flowEdges, withRuns, type RunFlowNode } from './toFlow';

const nodeTypes: NodeTypes = { run: RunNode, loop: LoopNode };
const fitViewOptions = { padding: 0.06, maxZoom: 1, minZoom: 0.1 };
const minimapSize = { width: 160, height: 108 };
/** Below this zoom, nodes show their names only, large. */
const farZoom = 0.6;

/** From so many nodes on, only what is seen is drawn, and the edges are one drawing. */
const many = 150;
const noEdges: Edge[] = [];

interface FlowProps {
  graph: Graph;
  layout: Layout;
  runs: ReadonlyMap<string, NodeRun>;
  select: (node: string | undefined) => void;
  isOver: boolean;
}

interface Props extends FlowProps {
  selected: string | undefined;
}

/** The graph of an execution, as it runs. */
export function RunGraph({ selected, ...flow }: Props) {
  const [selection] = useState(() => createSelection(selected));
  useEffect(() => selection.setState({ selected }), [selection, selected]);
  return <SelectionContext value={selection}><Flow {...flow} /></SelectionContext>;
}

const Flow = memo(function Flow({ graph, layout, runs, select, isOver }: FlowProps) {
  const colorMode = useComputedColorScheme('light');
  const drawing = useMemo(() => drawingOf(graph, layout), [graph, layout]);
  const nodesBefore = useRef<ReadonlyMap<string, RunFlowNode>>(new Map());
  const edgesBefore = useRef<ReadonlyMap<string, Edge>>(new Map());

  const nodes = useMemo(() => {
    const next = withRuns(drawing, runs, nodesBefore.current);
    nodesBefore.current = new Map(next.map((node) => [node.id, node]));
    return next;
  }, [drawing, runs]);
  const isLarge = graph.nodes.length > many;
  const edges = useMemo(() => {
    if (isLarge) return noEdges;
    const next = flowEdges(graph, runs, edgesBefore.current);
    edgesBefore.current = new Map(next.map((edge) => [edge.id, edge]));
    return next;
  }, [graph, isLarge, runs]);

  const [isFar, setFar] = useState(false);
  const isMoved = useRef(false);
  const movedFrom = useRef<Viewport>(undefined);
  const isHeld = useCallback(() => isMoved.current, []);

  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape') return select(undefined);
    const node = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset.id;
    if (node === undefined || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    select(node);
  };

  return (
    <FarContext value={isFar}>
      <ReactFlow
        className="run-graph"
        data-over={isOver || undefined}
        data-far={isFar || undefined}
        onInit={(instance) => setFar(instance.getZoom() < farZoom)}
        onMoveStart={(_, viewport) => {
          movedFrom.current = viewport;
        }}
        onMoveEnd={(event, { x, y, zoom }) => {
          // A click begins a move too, and the page's own moves have no event.
          const from = movedFrom.current;
          if (event && from && (Math.hypot(x - from.x, y - from.y) > 4 || zoom !== from.zoom)) isMoved.current = true;
        }}
        onMove={(_, { zoom }) => setFar(zoom < farZoom)}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        onNodeClick={(_, node) => select(node.id)}
        onPaneClick={() => select(undefined)}
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
        proOptions={{ hideAttribution: true }}
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
        {graph.nodes.length > 25 ? <MiniMap pannable zoomable nodeColor={(node) => `var(--${(node as RunFlowNode).data.status ?? 'line-strong'})`} nodeStrokeWidth={0} style={minimapSize} nodeBorderRadius={14} ariaLabel="Overview of the graph" /> : null}
      </ReactFlow>
    </FarContext>
  );
});
