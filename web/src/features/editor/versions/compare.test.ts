import { describe, expect, it } from 'vitest';
import { compare, union, type Version } from './compare';

const before: Version = {
  nodes_json: [
    { id: 'write', type: 'generate_copy', position: { x: 0, y: 0 }, data: { label: 'Write', prompt: 'Write a short text.' } },
    { id: 'old', type: 'transform', position: { x: 1, y: 0 }, data: {} },
    { id: 'still', type: 'transform', position: { x: 2, y: 0 }, data: { fields: { a: 1 } } },
  ],
  edges_json: [{ source: 'write', target: 'old' }],
  default_params_json: { tone: 'dry' },
};
const after: Version = {
  nodes_json: [
    { id: 'write', type: 'generate_copy', position: { x: 9, y: 0 }, data: { label: 'Write', prompt: 'Write a warm text.' } },
    { id: 'still', type: 'transform', position: { x: 5, y: 0 }, data: { fields: { a: 1 } } },
    { id: 'new', type: 'merge', position: { x: 3, y: 0 }, data: {} },
  ],
  edges_json: [{ source: 'write', target: 'new', sourceHandle: 'done' }],
  default_params_json: { tone: 'warm' },
};

describe('what has changed between two versions', () => {
  const changes = compare(before, after);

  it('tells nodes that were added, removed, moved and changed', () => {
    expect(changes.map(({ id, mark }) => [id, mark])).toEqual([[null, 'changed'], ['write', 'changed'], ['still', 'moved'], ['new', 'added'], ['old', 'removed']]);
  });

  it('tells settings word by word', () => {
    expect(changes[1]!.settings).toEqual([{
      name: 'prompt',
      pieces: [{ text: 'Write a ', kind: 'same' }, { text: 'short', kind: 'removed' }, { text: 'warm', kind: 'added' }, { text: ' text.', kind: 'same' }],
    }]);
  });

  it('tells of params and edges', () => {
    expect(changes[0]!.settings.map(({ name }) => name)).toEqual(['params.tone', 'edges']);
  });

  it('tells of the name where both have one, and calls a note by its text', () => {
    const told = compare({ name: 'One', nodes_json: [] }, { name: 'Two', description: 'New', nodes_json: [{ id: 'n', type: 'note', data: { note: 'Read me' } }] });
    expect(told.map(({ label, settings }) => [label, settings.map(({ name }) => name)])).toEqual([['The workflow', ['name']], ['Read me', []]]);
  });

  it('says nothing of the same version, and draws what was removed', () => {
    expect(compare(before, before)).toEqual([]);
    expect(union(before, after).nodes.map((node) => node.id)).toEqual(['write', 'still', 'new', 'old']);
  });
});
