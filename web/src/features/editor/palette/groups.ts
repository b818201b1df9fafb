import { kindOf } from '../../../shared/nodeKinds';
import type { NodeType, NodeTypes } from '../model/nodeTypes';

const order = [
  { title: 'Begin and end', names: ['input', 'output', 'fail'] },
  { title: 'Create', names: ['generate_copy', 'generate_image', 'attach_images'] },
  { title: 'Data', names: ['http_request', 'task', 'transform'] },
  { title: 'Decide', names: ['condition', 'switch', 'merge', 'default'] },
  { title: 'Wait', names: ['delay', 'approval', 'wait_for_signal'] },
  { title: 'Repeat and reuse', names: ['for_each', 'sub_workflow'] },
  { title: 'Explain', names: ['annotation'] },
] as const;

export interface Group {
  title: string;
  types: NodeType[];
}

/** The node types as people look for them; those that a team has added come last. */
export function groupsOf(types: NodeTypes, text: string): Group[] {
  const wanted = text.trim().toLowerCase();
  const isWanted = (type: NodeType) => `${kindOf(type.name).name} ${type.name} ${type.description}`.toLowerCase().includes(wanted);
  const known = new Set<string>(order.flatMap(({ names }) => [...names]));
  return [
    ...order.map(({ title, names }) => ({ title, types: names.flatMap((name) => types.get(name) ?? []) })),
    { title: 'More', types: [...types.values()].filter((type) => !known.has(type.name)) },
  ].map(({ title, types: all }) => ({ title, types: all.filter(isWanted) })).filter((group) => group.types.length > 0);
}
