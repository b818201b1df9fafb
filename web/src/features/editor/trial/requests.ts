import { isObject, type Json, type JsonObject } from '../../../api/json';
import type { TrialRequest } from '../../../api/types';
import { reach } from '../../../graph/reach';
import { toRequest, type Draft } from '../model/draft';

/** An output that runs from the editor take for a node's. */
export interface Pin {
  output: Json;
  branch?: string;
}

export type Pins = ReadonlyMap<string, Pin>;

export function readPins(pins: unknown): Pins {
  if (!isObject(pins)) return new Map();
  return new Map(Object.entries(pins).flatMap(([id, pin]): [string, Pin][] =>
    isObject(pin) && pin.output !== undefined ? [[id, { output: pin.output, branch: typeof pin.branch === 'string' ? pin.branch : undefined }]] : []));
}

/** The outputs that are pinned to nodes which the drawing still has, apart from those that are to run. */
export function pinned(pins: Pins, draft: Pick<Draft, 'nodes'>, running: ReadonlySet<string> = new Set()): TrialRequest {
  const given = draft.nodes.flatMap(({ id }) => (pins.has(id) && !running.has(id) ? [[id, pins.get(id)!] as const] : []));
  if (given.length === 0) return {};
  return {
    outputs: Object.fromEntries(given.map(([id, pin]) => [id, pin.output])) as TrialRequest['outputs'],
    branches: Object.fromEntries(given.flatMap(([id, pin]) => (pin.branch === undefined ? [] : [[id, pin.branch]]))),
  };
}

/** The drawing as it is now, saved or not. */
function drawn(draft: Draft): TrialRequest {
  const { name, nodes, edges, default_params } = toRequest(draft);
  return { template: { name, nodes, edges, default_params } as TrialRequest['template'] };
}

/** Runs a node, and before it whatever leads to it and has no pinned output. */
export function runTo(nodeId: string, draft: Draft, pins: Pins): TrialRequest {
  const back = draft.edges.map(({ source, target }) => ({ source: target, target: source }));
  const only = reach(topOf(nodeId, draft), back, (id) => pins.has(id));
  return { ...drawn(draft), ...pinned(pins, draft, only), only: [...only] };
}

/** Runs a node and whatever comes after it, on what a run has recorded of the others. */
export function runFrom(nodeId: string, draft: Draft, pins: Pins, runId: string): TrialRequest {
  const only = reach(topOf(nodeId, draft), draft.edges);
  return { ...drawn(draft), ...pinned(pins, draft, only), from_execution: runId, only: [...only] };
}

/** Runs one node alone: on what a run has recorded, or on data that somebody gives. */
export function testOf(path: string, draft: Draft, pins: Pins, data: { runId: string } | { outputs: JsonObject }): TrialRequest {
  const request = { ...drawn(draft), ...pinned(pins, draft, new Set([path])), only: [path], reason: 'Test of a node' };
  if ('runId' in data) return { ...request, from_execution: data.runId };
  return { ...request, outputs: { ...request.outputs, ...data.outputs } as TrialRequest['outputs'] };
}

/** Of a node in a loop, the outermost loop: it runs as a whole. */
function topOf(nodeId: string, { nodes }: Pick<Draft, 'nodes'>): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  let id = nodeId;
  for (let parent = byId.get(id)?.parentId; parent !== undefined; parent = byId.get(id)?.parentId) id = parent;
  return id;
}
