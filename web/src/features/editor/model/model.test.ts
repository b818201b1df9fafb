import { describe, expect, it } from 'vitest';
import { reach } from '../../../graph/reach';
import { fromText, renamed, selectedPiece, toText } from './clipboard';
import { makeEdge, makeNode, readDraft, toRequest, type Draft } from './draft';
import { freeId } from './ids';
import { reparent } from './loops';
import { branchesOf, type NodeType } from './nodeTypes';
import { variablesOf } from './scope';
import { failedField } from './failedField';
import { problemText } from './problemText';

const draft = (part: Partial<Draft>): Draft => ({ name: 'Test', description: '', category: '', defaultParams: {}, nodes: [], edges: [], ...part });
const row = (nodes: unknown[], edges: unknown[] = []) => ({ name: 'Test', nodes_json: nodes, edges_json: edges }) as Parameters<typeof readDraft>[0];

describe('a workflow that is read and saved again', () => {
  it('keeps what the editor does not know', () => {
    const node = { id: 'a', type: 'card', position: { x: 10, y: 20 }, data: { node_type: 'transform', color: 'red', fields: {} }, style: { opacity: 0.5 } };
    const edge = { id: 'e', source: 'a', target: 'b', animated: true };
    const { nodes, edges } = toRequest(readDraft(row([node, { id: 'b', type: 'merge', position: { x: 400, y: 20 } }], [edge]))) as unknown as { nodes: object[]; edges: object[] };
    expect(nodes[0]).toMatchObject(node);
    expect(edges[0]).toEqual(edge);
  });

  it('keeps bodies of loops below their loops', () => {
    const nodes = [{ id: 'in', type: 'merge', parentId: 'loop', position: { x: 40, y: 80 } }, { id: 'loop', type: 'for_each', position: { x: 0, y: 0 }, width: 700, height: 300 }];
    const read = readDraft(row(nodes));
    expect(read.nodes.map((node) => node.id)).toEqual(['loop', 'in']);
    expect(toRequest(read)).toMatchObject({ nodes: [{ id: 'loop', width: 700, height: 300 }, { id: 'in', parentId: 'loop' }] });
  });
});

describe('what a template may read', () => {
  const nodes = [
    makeNode('copy', 'generate_copy', { x: 0, y: 0 }, { json_schema: { type: 'object', properties: { title: {} } } }),
    makeNode('make', 'transform', { x: 0, y: 0 }, { fields: { post: '…' } }),
    makeNode('loop', 'for_each', { x: 0, y: 0 }),
    { ...makeNode('body', 'merge', { x: 0, y: 0 }), parentId: 'loop' },
    makeNode('after', 'merge', { x: 0, y: 0 }),
  ];
  const drawing = draft({ nodes, edges: [makeEdge('copy', 'make', null), makeEdge('make', 'loop', null), makeEdge('loop', 'after', null)], defaultParams: { topic: 'tea' } });
  const types = new Map([['generate_copy', ['text']], ['for_each', ['results']]].map(([name, outputs]) => [name as string, { name: name as string, description: '', settings: {}, branches: [], outputs: outputs as string[] }]));
  const paths = (id: string) => variablesOf(id, drawing, types).map((variable) => variable.path);

  it('is what nodes before it give, and no more', () => {
    expect(paths('make')).toEqual(expect.arrayContaining(['params.topic', 'nodes.copy.text', 'nodes.copy.json.title', 'execution.id']));
    expect(paths('make')).not.toContain('nodes.loop.results');
    expect(paths('make')).not.toContain('item');
  });

  it('is the item and what comes before the loop, in its body', () => {
    expect(paths('body')).toEqual(expect.arrayContaining(['item', 'index', 'nodes.make.post']));
    expect(paths('body')).not.toContain('nodes.loop.results');
    expect(paths('after')).toContain('nodes.loop.results');
  });
});

describe('branches', () => {
  const type = (name: string, branches: string[]): NodeType => ({ name, branches, description: '', settings: {}, outputs: [] });

  it('are those of the type, the cases of a switch, the choices of an approval, and the error', () => {
    expect(branchesOf(type('condition', ['true', 'false']), { on_error: 'branch' })).toEqual(['true', 'false', 'error']);
    expect(branchesOf(type('switch', ['default']), { cases: ['a', 'b'] })).toEqual(['a', 'b', 'default']);
    expect(branchesOf(type('approval', ['approved', 'rejected']), { choices: ['publish', 'drop'] })).toEqual(['publish', 'drop']);
    expect(branchesOf(type('transform', []), {})).toEqual([]);
  });
});

describe('a copy', () => {
  it('has ids and labels of its own and reads its own nodes', () => {
    const nodes = [{ ...makeNode('a', 'transform', { x: 0, y: 0 }, { label: 'Title' }), selected: true }, { ...makeNode('b', 'transform', { x: 0, y: 0 }, { template: '{{ nodes.a.text }} {{ nodes.other.text }}' }), selected: true }];
    const all = [...nodes, makeNode('other', 'transform', { x: 0, y: 0 })];
    const piece = selectedPiece({ nodes: all, edges: [makeEdge('a', 'b', null), makeEdge('other', 'a', null)] });
    expect(piece.edges).toHaveLength(1);
    const copy = renamed(fromText(toText(piece, 'piece'))!, all, { x: 40, y: 40 });
    expect(copy.nodes.map((node) => node.id)).toEqual(['a-2', 'b-2']);
    expect(copy.nodes.map((node) => node.data.settings.label)).toEqual(['Title 2', undefined]);
    expect(copy.nodes[1]!.data.settings.template).toBe('{{ nodes.a-2.text }} {{ nodes.other.text }}');
    expect(copy.edges[0]).toMatchObject({ source: 'a-2', target: 'b-2' });
  });

  it('is not made of a text that is no workflow', () => {
    expect(fromText('hello')).toBeNull();
    expect(fromText('{"nodes":[]}')).toBeNull();
  });
});

describe('a node that is dropped', () => {
  const loop = makeNode('loop', 'for_each', { x: 100, y: 100 });

  it('goes into the loop that it is over, which grows as it needs', () => {
    const [frame, node] = reparent([loop, makeNode('a', 'merge', { x: 500, y: 250 })], new Set(['a']));
    expect(node).toMatchObject({ parentId: 'loop', position: { x: 400, y: 150 } });
    expect(frame!.width).toBeGreaterThanOrEqual(400 + 220);
  });

  it('goes out of its loop where it stays where it is', () => {
    const [, node] = reparent([loop, { ...makeNode('a', 'merge', { x: -600, y: 0 }), parentId: 'loop' }], new Set(['a']));
    expect(node).toMatchObject({ parentId: undefined, position: { x: -500, y: 100 } });
  });

  it('stays with its loop when that is what was moved', () => {
    const nodes = [loop, { ...makeNode('a', 'merge', { x: 30, y: 80 }), parentId: 'loop' }];
    expect(reparent(nodes, new Set(['loop', 'a']))[1]).toMatchObject({ parentId: 'loop', position: { x: 30, y: 80 } });
  });
});

describe('small things', () => {
  it('finds ids that are free', () => {
    expect(freeId('generate_copy', new Set())).toBe('generate-copy');
    expect(freeId('Write 1', new Set(['write-1']))).toBe('write-2');
  });

  it('sees cycles before they are drawn', () => {
    const edges = [makeEdge('a', 'b', null), makeEdge('b', 'c', null)];
    expect(reach('a', edges).has('c')).toBe(true);
    expect(reach('c', edges).has('a')).toBe(false);
  });
});

describe('failedField', () => {
  const schema = { required: ['url'], properties: { url: {}, body: {}, timeout_seconds: {} } };
  it('finds the setting that an error is about', () => {
    expect(failedField('/body: This is no JSON. Expected JSON.', {}, schema)).toBe('body');
    expect(failedField('The attempt was stopped after 3 seconds (timeout_seconds).', {}, schema)).toBe('timeout_seconds');
    expect(failedField("The variable 'nodes.a.x' does not exist.", { url: 'http://x', body: { text: '{{ nodes.a.x }}' } }, schema)).toBe('body');
    expect(failedField('GET http://x failed: 500', { url: 'http://x' }, schema)).toBe('url');
  });
});

describe('problemText', () => {
  const problem = (setting: string) => ({ pointer: `/nodes/0/data/${setting}`, detail: 'The value has 0 characters.', expected: 'at least 1 characters', node_id: 'a' });
  it('asks for what is empty by the name of the field', () => {
    expect(problemText(problem('prompt'), { prompt: '' })).toBe('Enter a prompt.');
    expect(problemText(problem('url'), {})).toBe('Enter a URL.');
    expect(problemText(problem('items'), { items: '' })).toBe('Enter items.');
    expect(problemText(problem('prompt'), { prompt: 'x' })).toContain('has 0 characters');
  });
});
