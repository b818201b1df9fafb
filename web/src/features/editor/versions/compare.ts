import { diffWords } from 'diff';
import { isObject, type Json, type JsonObject } from '../../../api/json';
import type { DrawnTemplate } from '../../../api/types';
import type { Mark } from '../../../graph/GraphThumbnail';
import { readGraph, type Graph, type GraphNode } from '../../../graph/model';

/** A workflow as it is saved, whichever version of it, with what is known of that version. */
export type Version = Partial<DrawnTemplate>;

/** A part of a text that both versions have, or one of them. */
export interface Piece {
  text: string;
  kind: 'same' | 'added' | 'removed';
}

export interface ChangedSetting {
  name: string;
  pieces: readonly Piece[];
}

export interface Change {
  /** The id of the node; null for the workflow itself. */
  id: string | null;
  label: string;
  mark: Mark;
  settings: readonly ChangedSetting[];
}

const facts = ['name', 'description', 'category'] as const;

/** What has changed from one version to another: nodes, edges, default params and what both say of the workflow, settings word by word. */
export function compare(before: Version, after: Version): Change[] {
  const [old, now] = [nodesOf(before), nodesOf(after)];
  const changes: Change[] = [];
  for (const [id, node] of now) {
    const former = old.get(id);
    const settings = former ? changedMembers(former.data, node.data) : [];
    if (!former) changes.push({ id, label: node.label, mark: 'added', settings: [] });
    else if (settings.length > 0 || former.type !== node.type) changes.push({ id, label: node.label, mark: 'changed', settings });
    else if (!isSame(former.position, node.position) || former.parentId !== node.parentId) changes.push({ id, label: node.label, mark: 'moved', settings: [] });
  }
  for (const [id, node] of old) if (!now.has(id)) changes.push({ id, label: node.label, mark: 'removed', settings: [] });
  const workflow = [
    ...facts.flatMap((fact) => (before[fact] === undefined || after[fact] === undefined ? [] : changedText(fact, before[fact] ?? '', after[fact] ?? ''))),
    ...changedMembers(objectOf(before.default_params_json), objectOf(after.default_params_json)).map((change) => ({ ...change, name: `params.${change.name}` })),
    ...changedText('edges', edgesOf(before), edgesOf(after)),
  ];
  if (workflow.length > 0) changes.unshift({ id: null, label: 'The workflow', mark: 'changed', settings: workflow });
  return changes;
}

/** The nodes of both versions in one drawing: as they are now, and those that were removed where they were. */
export function union(before: Version, after: Version): Graph {
  const [old, now] = [readGraph(before.nodes_json, before.edges_json), readGraph(after.nodes_json, after.edges_json)];
  const ids = new Set(now.nodes.map((node) => node.id));
  return { ...now, nodes: [...now.nodes, ...old.nodes.filter((node) => !ids.has(node.id))], edges: now.edges };
}

function changedMembers(before: JsonObject, after: JsonObject): ChangedSetting[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => changedText(name, textOf(before[name]), textOf(after[name])));
}

function changedText(name: string, before: string, after: string): ChangedSetting[] {
  if (before === after) return [];
  return [{ name, pieces: diffWords(before, after).map(({ value, added, removed }): Piece => ({ text: value, kind: added ? 'added' : removed ? 'removed' : 'same' })) }];
}

function textOf(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function edgesOf({ edges_json: edges }: Version): string {
  const lines = (Array.isArray(edges) ? edges : []).filter(isObject).map((edge) => `${edge.source}${edge.sourceHandle ? ` (${edge.sourceHandle})` : ''} → ${edge.target}`);
  return lines.sort().join('\n');
}

function nodesOf({ nodes_json: nodes }: Version): Map<string, GraphNode & { data: JsonObject }> {
  const data = new Map((Array.isArray(nodes) ? nodes : []).filter(isObject).map((node) => [node.id, objectOf(node.data)]));
  return new Map(readGraph(nodes, null).nodes.map((node) => [node.id, { ...node, data: data.get(node.id) ?? {} }]));
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
