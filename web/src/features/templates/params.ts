import { isObject, notJson, parseJson, type Json, type JsonObject } from '../../api/json';

export type FieldKind = 'text' | 'long text' | 'number' | 'switch' | 'json';

export interface Field {
  name: string;
  kind: FieldKind;
  /** What stands in the form: a string for all kinds but a switch. */
  value: string | boolean;
}

/** The fields of a form for params with such defaults. */
export function fieldsOf(defaults: JsonObject): Field[] {
  return Object.entries(defaults).map(([name, value]) => ({ name, kind: kindOf(value), value: textOf(value) }));
}

/** What a workflow says of its params, by their names: its input node says it. */
export function descriptionsOf(nodes: unknown): Readonly<Record<string, string>> {
  const data = Array.isArray(nodes) ? nodes.filter(isObject).find((node) => node.type === 'input')?.data : undefined;
  const params = isObject(data) && isObject(data.params) ? data.params : {};
  return Object.fromEntries(Object.entries(params).filter((param): param is [string, string] => typeof param[1] === 'string'));
}

function kindOf(value: Json): FieldKind {
  if (typeof value === 'boolean') return 'switch';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return value.length > 70 || value.includes('\n') ? 'long text' : 'text';
  return 'json';
}

function textOf(value: Json): string | boolean {
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : JSON.stringify(value, null, 2);
}

/** What is wrong with a field; null if nothing is. */
export function problemOf(field: Field): string | null {
  if (field.kind === 'number') return String(field.value).trim() === '' || !Number.isFinite(Number(field.value)) ? 'Give a number.' : null;
  return field.kind === 'json' && parseJson(String(field.value)) === undefined ? notJson : null;
}

/** The params that a filled-in form stands for. */
export function paramsOf(fields: readonly Field[]): JsonObject {
  return Object.fromEntries(fields.map((field): [string, Json] => {
    if (field.kind === 'number') return [field.name, Number(field.value)];
    if (field.kind === 'json') return [field.name, JSON.parse(String(field.value)) as Json];
    return [field.name, field.value];
  }));
}
