import { isObject, type Json } from '../../../api/json';

/** A value in which every `nodes.<id>` that is renamed has its new name. */
export function withNames(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') {
    return value.replace(/\bnodes\.([\p{L}_][\p{L}\p{N}_-]*)/gu, (whole, id: string) => (names.has(id) ? `nodes.${names.get(id)}` : whole));
  }
  if (Array.isArray(value)) return value.map((item) => withNames(item, names));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withNames(member, names)]));
  return value;
}
