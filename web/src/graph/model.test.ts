import { describe, expect, it } from 'vitest';
import { readGraph } from './model';

describe('readGraph', () => {
  it('takes the node type from data where type names a renderer', () => {
    const { nodes } = readGraph([{ id: 'a', type: 'fancyCard', data: { node_type: 'generate_copy' } }, { id: 'b', type: 'delay', data: { type: 'other' } }], []);
    expect(nodes.map((node) => node.type)).toEqual(['generate_copy', 'delay']);
  });

  it('leaves out edges to nodes that are not there, and gives edges without an id one of their own', () => {
    const { edges } = readGraph([{ id: 'a' }, { id: 'b' }], [{ source: 'a', target: 'b' }, { source: 'a', target: 'b', sourceHandle: 'true' }, { source: 'a', target: 'gone' }]);
    expect(edges).toHaveLength(2);
    expect(new Set(edges.map((edge) => edge.id)).size).toBe(2);
  });

  it('reads nothing out of what is no graph', () => {
    expect(readGraph(null, 'edges')).toEqual({ nodes: [], edges: [] });
  });
});
