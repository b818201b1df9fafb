import { isObject, type Json, type JsonObject } from '../../../api/json';
import { memberPath as step, outputPath } from '../../../shared/liquidPath';
import { labelOf, type Draft, type EditorNode } from './draft';
import type { NodeTypes } from './nodeTypes';

/** Something that a template may read. */
export interface Variable {
  path: string;
  /** Whose it is, for people. */
  from: string;
}

/**
 * What the templates of a node may read: params, the outputs of the nodes before it, the execution, secrets, and the item of its loop. Of what a node
 * gave last, its real members are offered too.
 */
export function variablesOf(
  nodeId: string, draft: Pick<Draft, 'nodes' | 'edges' | 'defaultParams'>, types: NodeTypes, lastOutput: (id: string) => unknown = () => undefined,
): Variable[] {
  const byId = new Map(draft.nodes.map((node) => [node.id, node]));
  const node = byId.get(nodeId);
  const isInLoop = node?.parentId !== undefined;
  return [
    ...pathsIn(draft.defaultParams).map((path) => ({ path: `params${path}`, from: 'Params' })),
    ...(isInLoop ? ['item', 'index'].map((path) => ({ path, from: 'The item of the loop' })) : []),
    ...ancestorsOf(nodeId, draft).flatMap((ancestor) => outputVariables(ancestor, types, lastOutput(ancestor.id))),
    ...['id', 'workspace_id', 'project_id', 'user_id', 'template_id'].map((name) => ({ path: `execution.${name}`, from: 'Execution' })),
    { path: 'secrets.', from: 'Configuration' },
  ];
}

/** The nodes that are over before a node begins, the nearest first: those before it, and those before the loops that it is in. */
export function ancestorsOf(nodeId: string, { nodes, edges }: Pick<Draft, 'nodes' | 'edges'>): EditorNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const before = new Map<string, string[]>();
  for (const { source, target } of edges) {
    const sources = before.get(target);
    if (sources) sources.push(source);
    else before.set(target, [source]);
  }
  const found = new Set<string>();
  const queue = [nodeId];
  const loops = new Set<string>();
  for (let at = 0; at < queue.length; at++) {
    const parent = byId.get(queue[at]!)?.parentId;
    if (parent !== undefined && !loops.has(parent)) {
      loops.add(parent);
      queue.push(parent);
    }
    for (const source of before.get(queue[at]!) ?? []) {
      if (found.has(source) || source === nodeId) continue;
      found.add(source);
      queue.push(source);
    }
  }
  return [...found].filter((id) => !loops.has(id)).flatMap((id) => byId.get(id) ?? []);
}

function outputVariables(node: EditorNode, types: NodeTypes, last: unknown): Variable[] {
  const root = outputPath(node.id);
  const from = labelOf(node);
  const paths = new Set([...outputPaths(node, types), ...(isObject(last) ? pathsIn(last, 3) : [])]);
  return [{ path: root, from }, ...[...paths].map((path) => ({ path: root + path, from }))];
}

// What a type always gives, and what this node gives because of its settings.
function outputPaths({ data: { nodeType, settings } }: EditorNode, types: NodeTypes): string[] {
  const paths = (types.get(nodeType)?.outputs ?? []).map((path) => `.${path}`);
  if (nodeType === 'transform') paths.push(...(isObject(settings.fields) ? pathsIn(settings.fields) : ['.text']));
  if (nodeType === 'output' && isObject(settings.value)) paths.push(...pathsIn(settings.value));
  if (nodeType === 'generate_copy' && (settings.response_format === 'json' || isObject(settings.json_schema))) paths.push('.json', ...schemaPaths(settings.json_schema).map((path) => `.json${path}`));
  if (settings.on_error === 'continue' || settings.on_error === 'branch') paths.push('.error.message');
  return paths;
}

/** The members of an object, two levels deep. */
function pathsIn(object: JsonObject, depth = 2): string[] {
  return Object.entries(object).flatMap(([name, value]: [string, Json]) => [
    step(name), ...(depth > 1 && isObject(value) ? pathsIn(value, depth - 1).map((path) => step(name) + path) : []),
  ]);
}

function schemaPaths(schema: unknown, depth = 2): string[] {
  if (!isObject(schema) || !isObject(schema.properties)) return [];
  return Object.entries(schema.properties).flatMap(([name, member]) => [
    step(name), ...(depth > 1 ? schemaPaths(member, depth - 1).map((path) => step(name) + path) : []),
  ]);
}

/**
 * What is at a path of a template: an output of the last run, or a default param; undefined for what is not known.
 * @param outputOf The output that a node gave last.
 */
export function readPath(path: string, outputOf: (id: string) => unknown, params: JsonObject): unknown {
  const steps = [...path.matchAll(/([\p{L}\p{N}_-]+)|\["([^"]*)"\]|\['([^']*)'\]/gu)].map(([, plain, quoted, single]) => plain ?? quoted ?? single ?? '');
  const [first, second, ...rest] = steps;
  if (first === undefined) return undefined;
  if (first === 'params') return member(params, steps.slice(1));
  if (first === 'nodes') return second === undefined ? undefined : member(outputOf(second), rest);
  return member(outputOf(first), steps.slice(1));
}

function member(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((at, name) => (isObject(at) ? at[name] : Array.isArray(at) ? at[Number(name)] : undefined), value);
}
