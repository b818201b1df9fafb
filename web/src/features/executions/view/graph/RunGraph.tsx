import { useComputedColorScheme } from '@mantine/core';
import { Background, Controls, MiniMap, ReactFlow, type Edge, type NodeChange, type NodeTypes, type Viewport } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Layout } from '../../../../graph/layout';
import type { Graph } from '../../../../graph/model';
import type { NodeRun } from '../../model/jobs';
import { FarContext } from './far';
import { LoopNode } from './LoopNode';
import { Refit } from '../../../../graph/Refit';
import './RunGraph.css';
import { RunNode } from './RunNode';
import { drawingOf, flowEdges, withRuns, type RunFlowNode } from './toFlow';

const nodeTypes: NodeTypes = { run: RunNode, loop: LoopNode };
const fitViewOptions = { padding: 0.06, maxZoom: 1, minZoom: 0.1 };
const minimapSize = { width: 160, height: 108 };
/** Below this zoom, nodes show their names only, large. */
const farZoom = 0.6;

interface Props {
  graph: Graph;
  layout: Layout;
  runs: ReadonlyMap<string, NodeRun>;
  selected: string | undefined;
  select: (node: string | undefined) => void;
  isOver: boolean;
}

/** The graph of an execution, as it runs. */
export function RunGraph({ graph, layout, runs, selected, select, isOver }: Props) {
  const colorMode = useComputedColorScheme('light');
  const drawing = useMemo(() => drawingOf(graph, layout), [graph, layout]);
  const nodesBefore = useRef<ReadonlyMap<string, RunFlowNode>>(new Map());
  const edgesBefore = useRef<ReadonlyMap<string, Edge>>(new Map());

  const nodes = useMemo(() => {
    const next = withRuns(drawing, runs, selected, nodesBefore.current);
    nodesBefore.current = new Map(next.map((node) => [node.id, node]));
    return next;
  }, [drawing, runs, selected]);
  const edges = useMemo(() => {
    const next = flowEdges(graph, runs, edgesBefore.current);
    edgesBefore.current = new Map(next.map((edge) => [edge.id, edge]));
    return next;
  }, [graph, runs]);

  const [isFar, setFar] = useState(false);
  const isMoved = useRef(false);
  const movedFrom = useRef<Viewport>(undefined);
  const isHeld = useCallback(() => isMoved.current, []);

  const change = useCallback((changes: NodeChange<RunFlowNode>[]) => {
    const chosen = changes.find((one) => one.type === 'select' && one.selected);
    if (chosen?.type === 'select') select(chosen.id);
  }, [select]);

  return (
    <FarContext value={isFar}>
      <ReactFlow
        className="run-graph"
        data-over={isOver || undefined}
        data-far={isFar || undefined}
        data-many={graph.nodes.length > 300 || undefined}
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
        onNodesChange={change}
        onPaneClick={() => select(undefined)}
        onKeyDown={(event) => event.key === 'Escape' && select(undefined)}
        colorMode={colorMode}
        fitView
        fitViewOptions={fitViewOptions}
        minZoom={0.04}
        maxZoom={2}
        onlyRenderVisibleElements={graph.nodes.length > 150}
        nodesDraggable={false}
        nodesConnectable={false}
        elevateNodesOnSelect={false}
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
        <Refit options={fitViewOptions} isHeld={isHeld} />
        {graph.nodes.length > 25 ? <MiniMap pannable zoomable nodeColor={(node) => `var(--${(node as RunFlowNode).data.status ?? 'line-strong'})`} nodeStrokeWidth={0} style={minimapSize} nodeBorderRadius={14} ariaLabel="Overview of the graph" /> : null}
      </ReactFlow>
    </FarContext>
  );
}
