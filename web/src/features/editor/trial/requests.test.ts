import { describe, expect, it } from 'vitest';
import { makeEdge, makeNode, newDraft, type Draft } from '../model/draft';
import { pinned, readPins, runFrom, runTo, testOf } from './requests';

const draft: Draft = {
  ...newDraft(),
  nodes: [
    makeNode('a', 'transform', { x: 0, y: 0 }), makeNode('b', 'transform', { x: 0, y: 0 }), makeNode('c', 'transform', { x: 0, y: 0 }),
    makeNode('each', 'for_each', { x: 0, y: 0 }), { ...makeNode('inner', 'transform', { x: 0, y: 0 }), parentId: 'each' }, makeNode('aside', 'transform', { x: 0, y: 0 }),
  ],
  edges: [makeEdge('a', 'b', null), makeEdge('b', 'c', null), makeEdge('c', 'each', null), makeEdge('a', 'aside', null)],
};

describe('what a run from the editor asks for', () => {
  it('runs to a node with what leads to it', () => {
    expect(new Set(runTo('c', draft, new Map()).only)).toEqual(new Set(['a', 'b', 'c']));
  });

  it('stops at pinned nodes, and gives their outputs', () => {
    const request = runTo('c', draft, readPins({ b: { output: { text: 'kept' }, branch: 'left' }, gone: { output: 1 } }));
    expect(request.only).toEqual(['c']);
    expect([request.outputs, request.branches]).toEqual([{ b: { text: 'kept' } }, { b: 'left' }]);
  });

  it('runs from a node in a loop with the whole loop, on a run', () => {
    const request = runFrom('inner', draft, new Map(), 'exec-1');
    expect([request.from_execution, request.only]).toEqual(['exec-1', ['each']]);
  });

  it('does not give the pin of the node that is tested', () => {
    const pins = readPins({ a: { output: 1 }, b: { output: 2 } });
    const request = testOf('b', draft, pins, { outputs: { a: 'typed' } });
    expect([request.only, request.outputs]).toEqual([['b'], { a: 'typed' }]);
  });

  it('reads no pins out of what is none', () => {
    expect(readPins(null).size + readPins([1]).size + readPins({ a: 1, b: {} }).size).toBe(0);
    expect(pinned(new Map(), draft)).toEqual({});
  });
});
