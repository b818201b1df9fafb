import { MarkerType, Position, type Edge, type Node, type NodeHandle } from '@xyflow/react';
import type { JobStatus } from '../../../../api/types';
import { directionOf, nodeSize, type Direction, type Layout } from '../../../../graph/layout';
import { childrenOf, type Graph, type GraphNode } from '../../../../graph/model';
import { isNote } from '../../../../shared/nodeKinds';
import { edgeState } from '../../model/edgeStates';
import type { NodeRun, Runs } from '../../model/runs';

export interface RunNodeData extends Record<string, unknown> {
  label: string;
  nodeType: string;
  color?: string;
  status: JobStatus | undefined;
  startedAt: string | null;
  completedAt: string | null;
  attempts: number;
  cost: number;
  /** How many jobs the node will have, and how many are over, where it runs once for each item. */
  total: number;
  done: number;
  failed: number;
  handles: NodeHandle[];
}

export type RunFlowNode = Node<RunNodeData, 'run' | 'loop'>;

/** The parts of a drawing that stay the same while it runs. */
export interface Drawing {
  nodes: RunFlowNode[];
  direction: Direction;
}

const handleSize = 8;

export function drawingOf(graph: Graph, layout: Layout): Drawing {
  const direction = directionOf(graph.edges, layout);
  const bodies = childrenOf(graph.nodes);
  const handlesOf = handleNames(graph);
  const nodes = parentsFirst(graph.nodes).map((node): RunFlowNode => {
    const box = layout.get(node.id) ?? { x: 0, y: 0, ...nodeSize };
    const names = handlesOf.get(node.id) ?? { source: new Set<string | null>(), target: new Set<string | null>() };
    const handles = [...place(names.target, 'target', direction, box), ...place(names.source, 'source', direction, box)];
    return {
      id: node.id,
      type: bodies.has(node.id) ? 'loop' : 'run',
      ...(isNote(node.type) ? { zIndex: -1 } : {}),
      position: { x: box.x, y: box.y },
      parentId: node.parentId,
      width: box.width,
      height: box.height,
      measured: { width: box.width, height: box.height },
      // Known beforehand, so that edges to nodes out of sight can be drawn.
      handles,
      data: { label: node.label, nodeType: node.type, color: node.color, handles, ...noRun },
      draggable: false,
      connectable: false,
      deletable: false,
    };
  });
  return { nodes, direction };
}

const noRun = { status: undefined, startedAt: null, completedAt: null, attempts: 0, cost: 0, total: 0, done: 0, failed: 0 };

/** The nodes with what ran of them; those of which nothing changed are the same objects as before, and are not drawn again. */
export function withRuns(drawing: Drawing, runs: Runs, before: ReadonlyMap<string, RunFlowNode>): RunFlowNode[] {
  return drawing.nodes.map((node) => {
    const old = before.get(node.id) ?? node;
    const seen = seenOf(runs.get(node.id));
    const isSame = (Object.keys(seen) as (keyof typeof seen)[]).every((key) => old.data[key] === seen[key]);
    if (isSame && old.ariaLabel && old.position === node.position) return old;
    const ariaLabel = isNote(node.data.nodeType) ? node.data.label : `${node.data.label}, ${seen.status ?? 'not started'}`;
    return { ...node, ariaLabel, data: isSame ? old.data : { ...node.data, ...seen } };
  });
}

function seenOf(run: NodeRun | undefined) {
  if (!run) return noRun;
  return {
    status: run.status,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    attempts: run.attempts,
    cost: run.cost,
    total: run.total,
    done: run.settled,
    failed: run.total > 1 ? run.jobs.failed ?? 0 : 0,
  };
}

export function flowEdges(graph: Graph, runs: Runs, before: ReadonlyMap<string, Edge>): Edge[] {
  return graph.edges.map((edge) => {
    const state = edgeState(edge, runs);
    const old = before.get(edge.id);
    if (old?.className === state) return old;
    return {
      id: edge.id,
      source: edge.source,
      target: edge.target,
      sourceHandle: edge.sourceHandle,
      targetHandle: edge.targetHandle,
      className: state,
      animated: state === 'active',
      label: edge.sourceHandle ?? undefined,
      labelBgPadding: [6, 3],
      labelBgBorderRadius: 6,
      markerEnd: { type: MarkerType.ArrowClosed, width: 15, height: 15, color: `var(--edge-${state})` },
      focusable: false,
      selectable: false,
      deletable: false,
    };
  });
}

interface HandleNames {
  source: Set<string | null>;
  target: Set<string | null>;
}

function handleNames(graph: Graph): Map<string, HandleNames> {
  const names = new Map<string, HandleNames>();
  const of = (id: string) => {
    let entry = names.get(id);
    if (!entry) names.set(id, (entry = { source: new Set(), target: new Set() }));
    return entry;
  };
  for (const edge of graph.edges) {
    of(edge.source).source.add(edge.sourceHandle);
    of(edge.target).target.add(edge.targetHandle);
  }
  return names;
}

function place(names: ReadonlySet<string | null>, type: 'source' | 'target', direction: Direction, box: { width: number; height: number }): NodeHandle[] {
  const isRight = direction === 'right';
  const position = type === 'source' ? (isRight ? Position.Right : Position.Bottom) : isRight ? Position.Left : Position.Top;
  return [...names].map((id, index) => {
    const share = (index + 1) / (names.size + 1);
    const along = { x: box.width * share - handleSize / 2, y: box.height * share - handleSize / 2 };
    return {
      id, type, position, width: handleSize, height: handleSize,
      x: isRight ? (type === 'source' ? box.width - handleSize / 2 : -handleSize / 2) : along.x,
      y: isRight ? along.y : type === 'source' ? box.height - handleSize / 2 : -handleSize / 2,
    };
  });
}

// React Flow wants parents before their children.
function parentsFirst(nodes: readonly GraphNode[]): GraphNode[] {
  const bodies = childrenOf(nodes);
  const walk = (node: GraphNode): GraphNode[] => [node, ...(bodies.get(node.id) ?? []).flatMap(walk)];
  return (bodies.get(undefined) ?? []).flatMap(walk);
}
