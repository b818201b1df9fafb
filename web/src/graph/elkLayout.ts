import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';
import { loadCode } from '../shared/loadCode';
import { groupPadding, nodeSize, type Box, type Layout } from './layout';
import { childrenOf, type Graph, type GraphNode } from './model';

let elk: Promise<ELK> | undefined;

// A megabyte that most pages do not need, and work that must not stop the page: loaded when asked for, run by a worker.
function load(): Promise<ELK> {
  elk ??= Promise.all([loadCode(() => import('elkjs/lib/elk-api')), loadCode(() => import('elkjs/lib/elk-worker.min.js?url'))])
    .then(([{ default: Elk }, { default: url }]) => new Elk({ workerFactory: () => new Worker(url) }));
  return elk;
}

// Not handed down to the bodies of loops by themselves.
const spacing = {
  'elk.spacing.nodeNode': '36',
  'elk.layered.spacing.nodeNodeBetweenLayers': '96',
};

const options = {
  ...spacing,
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.spacing.componentComponent': '60',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
};

const padding = `[top=${groupPadding.top},left=${groupPadding.side},bottom=${groupPadding.bottom},right=${groupPadding.side}]`;

/** Lays a graph out from left to right, without crossings where that can be. */
export async function elkLayout(graph: Graph): Promise<Layout> {
  const children = childrenOf(graph.nodes);
  const toElk = (node: GraphNode): ElkNode => {
    const body = children.get(node.id);
    return body
      ? { id: node.id, children: body.map(toElk), layoutOptions: { ...spacing, 'elk.padding': padding } }
      : { id: node.id, ...nodeSize };
  };
  const root = await (await load()).layout({
    id: '\u0000root',
    // The careful placement takes long for large graphs.
    layoutOptions: graph.nodes.length > 400 ? { ...options, 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF' } : options,
    children: (children.get(undefined) ?? []).map(toElk),
    edges: graph.edges.map((edge, index): ElkExtendedEdge => ({ id: `\u0000${index}`, sources: [edge.source], targets: [edge.target] })),
  });
  const layout = new Map<string, Box>();
  const collect = (node: ElkNode) => {
    for (const child of node.children ?? []) {
      layout.set(child.id, {
        x: child.x ?? 0, y: child.y ?? 0, width: child.width ?? nodeSize.width, height: child.height ?? nodeSize.height,
      });
      collect(child);
    }
  };
  collect(root);
  return layout;
}
