import type { GraphEdge } from './model';

/** A node, and all that can be reached from it along edges, as far as the nodes where it stops. */
export function reach(from: string, edges: readonly Pick<GraphEdge, 'source' | 'target'>[], stopsAt: (id: string) => boolean = () => false): Set<string> {
  const next = new Map<string, string[]>();
  for (const { source, target } of edges) next.set(source, [...(next.get(source) ?? []), target]);
  const found = new Set([from]);
  for (const id of found) for (const to of next.get(id) ?? []) if (!stopsAt(to)) found.add(to);
  return found;
}
