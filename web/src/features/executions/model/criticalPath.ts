import type { GraphEdge } from '../../../graph/model';

export interface Span {
  id: string;
  start: number;
  end: number;
}

/**
 * The chain of nodes that decided when the execution ended: from the node that ended last back, each time, to the one of its
 * predecessors that ended last, which is the one it waited for.
 */
export function criticalPath(spans: readonly Span[], edges: readonly Pick<GraphEdge, 'source' | 'target'>[]): Set<string> {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const before = new Map<string, Span[]>();
  for (const { source, target } of edges) {
    const span = byId.get(source);
    if (!span || !byId.has(target)) continue;
    const list = before.get(target);
    if (list) list.push(span);
    else before.set(target, [span]);
  }
  const path = new Set<string>();
  let current = latest(spans);
  while (current && !path.has(current.id)) {
    path.add(current.id);
    current = latest(before.get(current.id) ?? []);
  }
  return path;
}

function latest(spans: readonly Span[]): Span | undefined {
  return spans.reduce<Span | undefined>((last, span) => (!last || span.end > last.end ? span : last), undefined);
}
