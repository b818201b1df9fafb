import type { EditorEdge } from './draft';

/** Whether one node comes, over any number of edges, after another. */
export function comesAfter(later: string, earlier: string, edges: readonly Pick<EditorEdge, 'source' | 'target'>[]): boolean {
  const next = new Map<string, string[]>();
  for (const { source, target } of edges) next.set(source, [...(next.get(source) ?? []), target]);
  const seen = new Set<string>();
  const queue = [earlier];
  for (let at = 0; at < queue.length; at++) {
    if (queue[at] === later) return true;
    for (const target of next.get(queue[at]!) ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return false;
}
