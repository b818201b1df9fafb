import { useEffect, useMemo, useState } from 'react';
import { elkLayout } from './elkLayout';
import { columnLayout, needsLayout, savedLayout, type Layout } from './layout';
import type { Graph } from './model';

/** Where the nodes of a graph are: as saved where that can be shown, else laid out. Null until that is known. */
export function useLayout(graph: Graph | undefined): Layout | null {
  const saved = useMemo(() => (graph && !needsLayout(graph) ? savedLayout(graph) : null), [graph]);
  const [made, setMade] = useState<{ graph: Graph; layout: Layout } | null>(null);

  useEffect(() => {
    if (!graph || saved) return;
    let isWanted = true;
    elkLayout(graph)
      .catch(() => columnLayout({ ...graph, nodes: graph.nodes.map((node) => ({ ...node, parentId: undefined })) }))
      .then((layout) => isWanted && setMade({ graph, layout }), () => undefined);
    return () => {
      isWanted = false;
    };
  }, [graph, saved]);

  return saved ?? (made && made.graph === graph ? made.layout : null);
}
