import { describe, expect, it } from 'vitest';
import { columnLayout, directionOf, needsLayout, nodeSize, openUp, savedLayout } from './layout';
import { readGraph } from './model';

const node = (id: string, x?: number, y?: number, more = {}) => ({ id, type: 'default', data: {}, ...(x === undefined ? {} : { position: { x, y } }), ...more });
const edge = (source: string, target: string) => ({ source, target });

describe('needsLayout', () => {
  it('keeps positions that can be shown', () => {
    expect(needsLayout(readGraph([node('a', 0, 0), node('b', 300, 0)], []))).toBe(false);
  });

  it('lays out when a position is missing', () => {
    expect(needsLayout(readGraph([node('a', 0, 0), node('b')], []))).toBe(true);
  });

  it('lays out when nodes cover each other, however they are ordered', () => {
    expect(needsLayout(readGraph([node('b', 100, 40), node('c', 900, 0), node('a', 0, 0)], []))).toBe(true);
  });

  it('takes the body of a loop for itself: its positions are relative', () => {
    expect(needsLayout(readGraph([node('loop', 0, 0), node('in', 0, 0, { parentId: 'loop' })], []))).toBe(false);
  });
});

describe('openUp', () => {
  it('moves nodes apart that were drawn for smaller ones, and keeps the drawing in shape', () => {
    const graph = readGraph([node('a', 0, 0), node('b', 200, 10), node('c', 400, 0)], [edge('a', 'b'), edge('b', 'c')]);
    const [a, b, c] = openUp(graph).nodes.map((one) => one.position!.x);
    expect(b! - a!).toBeGreaterThan(nodeSize.width);
    expect(c! - b!).toBeCloseTo(b! - a!);
  });

  it('leaves a drawing as it is that was made with nodes as large as these', () => {
    const drawn = { measured: { ...nodeSize } };
    const graph = readGraph([node('a', 0, 0, drawn), node('b', 240, 0, drawn)], [edge('a', 'b')]);
    expect(openUp(graph)).toBe(graph);
  });

  it('leaves a wide drawing as it is', () => {
    const graph = readGraph([node('a', 0, 0), node('b', 500, 0)], [edge('a', 'b')]);
    expect(openUp(graph)).toBe(graph);
  });
});

describe('savedLayout', () => {
  it('makes a loop large enough for its body', () => {
    const layout = savedLayout(readGraph([node('loop', 0, 0), node('in', 400, 300, { parentId: 'loop' })], []));
    expect(layout.get('loop')!.width).toBeGreaterThan(400 + nodeSize.width);
    expect(layout.get('loop')!.height).toBeGreaterThan(300 + nodeSize.height);
  });
});

describe('directionOf', () => {
  it('is down for a drawing from top to bottom', () => {
    const graph = readGraph([node('a', 0, 0), node('b', 0, 300)], [edge('a', 'b')]);
    expect(directionOf(graph.edges, savedLayout(graph))).toBe('down');
  });
});

describe('columnLayout', () => {
  it('puts a node behind everything that leads to it', () => {
    const layout = columnLayout(readGraph([node('c'), node('b'), node('a')], [edge('a', 'b'), edge('b', 'c'), edge('a', 'c')]));
    expect(layout.get('a')!.x).toBeLessThan(layout.get('b')!.x);
    expect(layout.get('b')!.x).toBeLessThan(layout.get('c')!.x);
  });

  it('ends for a graph with a cycle', () => {
    expect(columnLayout(readGraph([node('a'), node('b')], [edge('a', 'b'), edge('b', 'a')])).size).toBe(2);
  });
});
