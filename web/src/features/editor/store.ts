import { addEdge, applyEdgeChanges, applyNodeChanges, type Connection, type EdgeChange, type NodeChange } from '@xyflow/react';
import { createContext, use } from 'react';
import { createStore, useStore } from 'zustand';
import type { Json, JsonObject } from '../../api/json';
import type { Problem } from '../../api/types';
import { nodeSize, type Direction, type Layout } from '../../graph/layout';
import { reach } from '../../graph/reach';
import { isDrawing, kindOf } from '../../shared/nodeKinds';
import { renamed, selectedPiece, type Piece } from './model/clipboard';
import { labelOf, makeEdge, makeNode, parentsFirst, type Draft, type EditorEdge, type EditorNode, type Facts } from './model/draft';
import { placed } from './model/graph';
import { noHistory, noted, redone, undone, type History } from './model/history';
import { freeId, freeLabel } from './model/ids';
import { absolute, grown, loopAt, reparent } from './model/loops';
import { branchesOf, initialSettings, type NodeTypes } from './model/nodeTypes';
import { withNames } from './model/references';

interface State {
  draft: Draft;
  /** Names the content: the same number is the same drawing. */
  revision: number;
}

export interface EditorState extends State {
  types: NodeTypes;
  direction: Direction;
  savedRevision: number;
  history: History<State>;
  /** What the server says of the drawing, without what nobody has had a chance to fill in yet. */
  problems: readonly Problem[];
  nodeProblems: ReadonlyMap<string, readonly Problem[]>;
  /** Everything that the server says. */
  allProblems: readonly Problem[];
  /** New nodes that are still being filled in, each with the settings that have been left. */
  fresh: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface Place {
  x: number;
  y: number;
}

/** The handle from which a new node is reached. */
export interface Origin {
  node: string;
  handle: string | null;
}

let revisions = 0;

/** What can be done to a drawing. One object for each editor that is open. */
export function createEditor(draft: Draft, types: NodeTypes, direction: Direction, isSaved = true) {
  const store = createStore<EditorState>(() => ({
    draft, types, direction, revision: 0, savedRevision: isSaved ? 0 : -1, history: noHistory, problems: [], nodeProblems: new Map(), allProblems: [], fresh: new Map(),
  }));
  const { getState: get, setState: set } = store;

  /** Changes the drawing, as a step that can be undone. Changes with the same key that follow each other at once are one step. */
  const edit = (change: (draft: Draft) => Partial<Draft>, key: string | null = null) => {
    const { draft: before, revision, history } = get();
    set({ draft: { ...before, ...change(before) }, revision: ++revisions, history: noted(history, { draft: before, revision }, key, Date.now()) });
  };
  const travel = (way: typeof undone<State> | typeof redone<State>) => {
    const { draft: now, revision, history } = get();
    const there = way(history, { draft: now, revision });
    if (there) set({ ...there.present, history: there.history });
  };
  const setNode = (id: string, change: (node: EditorNode) => Partial<EditorNode>, key: string | null = null) =>
    edit(({ nodes }) => ({ nodes: nodes.map((node) => (node.id === id ? { ...node, ...change(node) } : node)) }), key);

  const showProblems = (allProblems: readonly Problem[], fresh: EditorState['fresh']) => {
    const problems = allProblems.filter((problem) => {
      const left = problem.node_id ? fresh.get(problem.node_id) : undefined;
      return !left || left.has(/\/data\/([^/]+)/.exec(problem.pointer)?.[1] ?? '');
    });
    const nodeProblems = new Map<string, Problem[]>();
    for (const problem of problems) if (problem.node_id) nodeProblems.set(problem.node_id, [...(nodeProblems.get(problem.node_id) ?? []), problem]);
    const before = get().nodeProblems;
    for (const [id, list] of nodeProblems) if (sameProblems(before.get(id), list)) nodeProblems.set(id, before.get(id) as Problem[]);
    set({ allProblems, fresh, problems, nodeProblems });
  };

  return {
    store,

    /** Takes what React Flow tells of selections, moves and sizes. */
    applyNodes(changes: NodeChange<EditorNode>[]) {
      const moves = changes.some((change) => change.type === 'position' || (change.type === 'dimensions' && change.resizing !== undefined));
      const { draft: now, revision, history } = get();
      const nodes = applyNodeChanges(changes, now.nodes);
      if (!moves) set({ draft: { ...now, nodes } });
      else set({ draft: { ...now, nodes }, revision: ++revisions, history: noted(history, { draft: now, revision }, 'move', Date.now()) });
    },
    applyEdges(changes: EdgeChange<EditorEdge>[]) {
      const now = get().draft;
      set({ draft: { ...now, edges: applyEdgeChanges(changes, now.edges) } });
    },
    /** After a move: into the loop that is there, or out of one. */
    settle(moved: readonly EditorNode[]) {
      const now = get().draft;
      const nodes = reparent(now.nodes, new Set(moved.map((node) => node.id)));
      const history = { ...get().history, key: null };
      if (nodes.every((node, index) => node === now.nodes[index])) set({ history });
      else set({ draft: { ...now, nodes }, revision: ++revisions, history });
    },

    mayConnect({ source, target, sourceHandle }: Pick<Connection, 'source' | 'target'> & { sourceHandle?: string | null }): boolean {
      const { edges } = get().draft;
      return source !== target
        && !edges.some((edge) => edge.source === source && edge.target === target && (edge.sourceHandle ?? null) === (sourceHandle ?? null))
        && !reach(target, edges).has(source);
    },
    connect({ source, target, sourceHandle }: Pick<Connection, 'source' | 'target'> & { sourceHandle?: string | null }) {
      edit(({ edges }) => ({ edges: addEdge(makeEdge(source, target, sourceHandle ?? null), edges) }));
    },
    disconnect(edgeId: string) {
      edit(({ edges }) => ({ edges: edges.filter((edge) => edge.id !== edgeId) }));
    },

    /** Adds a node of a type, and the edge that leads to it. */
    add(nodeType: string, at: Place, origin?: Origin): string {
      const { draft: { nodes }, types: known } = get();
      const id = freeId(nodeType, new Set(nodes.map((node) => node.id)));
      edit((now) => {
        const center = { x: at.x + nodeSize.width / 2, y: at.y + nodeSize.height / 2 };
        // What follows a node of a loop's body is in that body.
        const before = now.nodes.find((node) => node.id === origin?.node);
        const isForPeople = isDrawing(nodeType);
        const loop = isForPeople ? undefined : before ? now.nodes.find((node) => node.id === before.parentId) : loopAt(center, now.nodes, new Set());
        const corner = loop ? absolute(loop, new Map(now.nodes.map((node) => [node.id, node]))) : { x: 0, y: 0 };
        const labels = new Set(now.nodes.map(labelOf));
        const settings = { ...(isForPeople ? {} : { label: freeLabel(kindOf(nodeType).name, labels) }), ...initialSettings(known.get(nodeType)) };
        const node: EditorNode = { ...makeNode(id, nodeType, { x: at.x - corner.x, y: at.y - corner.y }, settings), parentId: loop?.id, selected: true };
        return {
          nodes: grown(parentsFirst([...now.nodes.map(unselected), node])),
          edges: origin && !isForPeople ? [...now.edges.map(unselected), makeEdge(origin.node, id, origin.handle)] : now.edges.map(unselected),
        };
      });
      showProblems(get().allProblems, new Map(get().fresh).set(id, new Set()));
      return id;
    },
    /** Puts a new node between the two that an edge connects. */
    insert(nodeType: string, at: Place, edgeId: string): string {
      const edge = get().draft.edges.find((one) => one.id === edgeId);
      if (!edge || nodeType === 'input' || nodeType === 'output' || isDrawing(nodeType)) return this.add(nodeType, at);
      const id = this.add(nodeType, at, { node: edge.source, handle: edge.sourceHandle ?? null });
      const { types: known } = get();
      const branch = branchesOf(known.get(nodeType), get().draft.nodes.find((node) => node.id === id)!.data.settings).find((one) => one !== 'error') ?? null;
      const { draft } = get();
      // One step with the node itself.
      set({ draft: { ...draft, edges: [...draft.edges.filter((one) => one.id !== edgeId), makeEdge(id, edge.target, branch, edge.targetHandle)] }, revision: ++revisions });
      return id;
    },
    /** Puts what is selected into one row or one column. */
    align(way: 'row' | 'column') {
      edit((now) => {
        const chosen = now.nodes.filter((node) => node.selected);
        const first = chosen[0];
        if (!first) return {};
        return { nodes: now.nodes.map((node) => (node.selected && node.parentId === first.parentId ? { ...node, position: way === 'row' ? { ...node.position, y: first.position.y } : { ...node.position, x: first.position.x } } : node)) };
      });
    },
    /** Adds a node where it makes most sense: after the one that is selected, or where the reader looks. */
    addNext(nodeType: string, view: Place): string {
      const { draft: { nodes, edges }, types: known, direction: way } = get();
      const selected = nodes.filter((node) => node.selected);
      const last = selected.length === 1 ? selected[0]! : undefined;
      if (!last) return this.add(nodeType, freePlace(nodes, view));
      const corner = absolute(last, new Map(nodes.map((node) => [node.id, node])));
      const [width, height] = [last.width ?? nodeSize.width, last.height ?? nodeSize.height];
      const at = way === 'right' ? { x: corner.x + width + 100, y: corner.y } : { x: corner.x, y: corner.y + height + 60 };
      const used = new Set(edges.filter((edge) => edge.source === last.id).map((edge) => edge.sourceHandle));
      const branches = branchesOf(known.get(last.data.nodeType), last.data.settings).filter((branch) => branch !== 'error');
      const handle = branches.find((branch) => !used.has(branch)) ?? branches[0] ?? null;
      return this.add(nodeType, freePlace(nodes, at), last.data.nodeType === 'output' ? undefined : { node: last.id, handle });
    },
    remove() {
      const { nodes, edges } = selectedPiece(get().draft);
      const gone = new Set(nodes.map((node) => node.id));
      const cut = new Set([...edges, ...get().draft.edges.filter((edge) => edge.selected)].map((edge) => edge.id));
      if (gone.size === 0 && cut.size === 0) return;
      edit((now) => ({
        nodes: now.nodes.filter((node) => !gone.has(node.id)),
        edges: now.edges.filter((edge) => !cut.has(edge.id) && !gone.has(edge.source) && !gone.has(edge.target)),
      }));
    },
    paste(piece: Piece, shift: Place = { x: 40, y: 40 }) {
      if (piece.nodes.length === 0) return;
      edit(({ nodes, edges }) => {
        const ids = new Set(nodes.map((node) => node.id));
        const copy = renamed(piece, nodes, shift);
        const copied = copy.nodes.map((node) => (node.parentId !== undefined && !ids.has(node.parentId) && !copy.nodes.some((one) => one.id === node.parentId) ? { ...node, parentId: undefined } : node));
        return { nodes: grown(parentsFirst([...nodes.map(unselected), ...copied])), edges: [...edges.map(unselected), ...copy.edges] };
      });
    },

    setSetting(id: string, name: string, value: Json | undefined) {
      setNode(id, (node) => ({ data: { ...node.data, settings: withMember(node.data.settings, name, value) } }), `${id}/${name}`);
    },
    rename(id: string, wish: string): string {
      const ids = new Set(get().draft.nodes.map((node) => node.id));
      ids.delete(id);
      const next = freeId(wish, ids);
      if (next === id) return id;
      const names = new Map([[id, next]]);
      edit(({ nodes, edges }) => ({
        nodes: nodes.map((node) => ({
          ...node,
          id: node.id === id ? next : node.id,
          parentId: node.parentId === id ? next : node.parentId,
          data: { ...node.data, settings: withNames(node.data.settings, names) as JsonObject },
        })),
        edges: edges.map((edge) => ({ ...edge, source: edge.source === id ? next : edge.source, target: edge.target === id ? next : edge.target })),
      }));
      return next;
    },
    setFacts(facts: Partial<Facts>) {
      edit(() => facts, `facts/${Object.keys(facts).join()}`);
    },
    replace(next: Draft) {
      edit(() => next);
    },
    place(layout: Layout) {
      edit(({ nodes }) => ({ nodes: placed(nodes, layout) }));
      set({ direction: 'right' });
    },

    select(ids: readonly string[]) {
      const now = get().draft;
      const wanted = new Set(ids);
      set({ draft: { ...now, nodes: now.nodes.map((node) => (Boolean(node.selected) === wanted.has(node.id) ? node : { ...node, selected: wanted.has(node.id) })), edges: now.edges.map(unselected) } });
    },
    undo: () => travel(undone),
    redo: () => travel(redone),
    /** Notes that a state of the drawing has been saved. */
    saved: (revision: number) => set({ savedRevision: revision }),
    setProblems: (problems: readonly Problem[]) => showProblems(problems, get().fresh),
    /** Notes that a setting of a new node has been left: from now on it is told what is wrong with it. */
    left(id: string, setting: string) {
      const { fresh, allProblems } = get();
      const before = fresh.get(id);
      if (before && !before.has(setting)) showProblems(allProblems, new Map(fresh).set(id, new Set(before).add(setting)));
    },
    /** Notes that nodes are not new any more: all of them, or all but one. */
    settleFresh(except?: string) {
      const { fresh, allProblems } = get();
      const kept = new Map([...fresh].filter(([id]) => id === except));
      if (kept.size !== fresh.size) showProblems(allProblems, kept);
    },
  };
}

function unselected<T extends { selected?: boolean }>(item: T): T {
  return item.selected ? { ...item, selected: false } : item;
}

function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  const { [name]: _, ...rest } = object;
  return rest;
}

function sameProblems(before: readonly Problem[] | undefined, after: readonly Problem[]): boolean {
  return before?.length === after.length && before.every((problem, index) => problem.pointer === after[index]!.pointer && problem.detail === after[index]!.detail);
}

function freePlace(nodes: readonly EditorNode[], wish: Place): Place {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const taken = nodes.filter((node) => node.type !== 'loop').map((node) => absolute(node, byId));
  const place = { ...wish };
  while (taken.some((at) => Math.abs(at.x - place.x) < nodeSize.width + 10 && Math.abs(at.y - place.y) < nodeSize.height + 10)) place.y += nodeSize.height + 36;
  return place;
}

export type Editor = ReturnType<typeof createEditor>;

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = use(EditorContext);
  if (!editor) throw new Error('There is no editor around this.');
  return editor;
}

/** A part of the editor's state; drawn again when that part changes. */
export function useEditorState<T>(select: (state: EditorState) => T): T {
  return useStore(useEditor().store, select);
}
