import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, unwrap } from '../../../api/client';
import { isObject, stringsOf, type JsonObject } from '../../../api/json';

export interface NodeType {
  name: string;
  description: string;
  /** JSON Schema of the settings. */
  settings: Schema;
  /** The handles of a new node. */
  branches: readonly string[];
  /** The fields that its output always has. */
  outputs: readonly string[];
}

/** The part of JSON Schema (draft 2020-12) that the settings of node types use. */
export interface Schema {
  type?: string | string[];
  description?: string;
  format?: string;
  enum?: readonly (string | number | boolean | null)[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: readonly string[];
  default?: unknown;
}

export type NodeTypes = ReadonlyMap<string, NodeType>;

const nodeTypesQuery = queryOptions({
  queryKey: ['node-types'],
  queryFn: async () => (await unwrap(api.GET('/api/node-types'))) as unknown as NodeType[],
  staleTime: Infinity,
});

/** What is written on the drawing for people; it does not run, and the server knows no type of it. */
export const noteType: NodeType = {
  name: 'annotation', description: 'A note for people who read the drawing. It does not run.', branches: [], outputs: [],
  settings: { properties: { note: { type: 'string', format: 'multiline', description: 'What it says' }, color: { type: 'string', enum: ['yellow', 'blue', 'green', 'pink'], description: 'Yellow unless chosen' } } },
};

/** The node types that workflows may use, by name, and the note; undefined until they are known. */
export function useNodeTypes() {
  const query = useQuery(nodeTypesQuery);
  const types = useMemo((): NodeTypes | undefined => query.data && new Map([...query.data, noteType].map((type) => [type.name, type])), [query.data]);
  return { types, error: query.error, refetch: query.refetch };
}

const filtersQuery = queryOptions({
  queryKey: ['filters'],
  queryFn: () => unwrap(api.GET('/api/filters')),
  staleTime: Infinity,
});

const noFilters: readonly { name: string; min_arguments: number }[] = [];

/** The Liquid filters that templates may use; none until they are known. */
export function useFilters() {
  return useQuery(filtersQuery).data ?? noFilters;
}

const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: () => unwrap(api.GET('/api/models')),
  staleTime: 5 * 60_000,
});

/** The models that nodes may name; undefined until they are known. */
export function useModels() {
  return useQuery(modelsQuery).data;
}

/** The settings that every node has. */
export const commonSettings: readonly string[] = ['label', 'retry', 'timeout_seconds', 'on_error', 'join', 'cache'];

/** The branches that a node with these settings can take: those of its type, the cases of a switch, the choices of an approval, and `error`. */
export function branchesOf(type: NodeType | undefined, settings: JsonObject): string[] {
  const isChosen = type?.name === 'approval' && stringsOf(settings.choices).length > 0;
  const branches = isChosen ? stringsOf(settings.choices) : [...stringsOf(settings.cases).filter(() => type?.name === 'switch'), ...(type?.branches ?? [])];
  if (settings.on_error === 'branch') branches.push('error');
  return [...new Set(branches.filter((branch) => branch !== ''))];
}

/** The places from which edges leave: one for each branch, and one without a name where there is no branch but the error. */
export function portsOf(branches: readonly string[]): (string | null)[] {
  return branches.some((branch) => branch !== 'error') ? [...branches] : [null, ...branches];
}

/** What the settings of a new node start with, so that the form shows what has to be filled in. */
export function initialSettings(type: NodeType | undefined): JsonObject {
  const settings: JsonObject = {};
  for (const name of type?.settings.required ?? []) {
    const schema = type?.settings.properties?.[name];
    if (!isObject(schema as unknown)) continue;
    if (schema!.type === 'array') settings[name] = schema!.items?.type ? [] : '';
    else if (schema!.type === 'string' && !schema!.enum) settings[name] = '';
  }
  return settings;
}
