import { isObject, parseJson, type Json, type JsonObject } from '../../api/json';
import { titleOf } from '../../shared/format';

export type FieldKind = 'text' | 'long text' | 'choice' | 'picture' | 'number' | 'switch' | 'date' | 'json';

/** A field of a form, as it is shown. */
export interface FormField {
  name: string;
  title: string;
  hint: string | null;
  kind: FieldKind;
  isRequired: boolean;
  options: readonly string[];
  initial: string | boolean;
}

export type Entered = Readonly<Record<string, string | boolean>>;

/**
 * The fields of a form: the properties of its JSON Schema, by their `order`, then those that are required as they are listed there. The
 * properties themselves have no order: PostgreSQL keeps none.
 */
export function fieldsOf(form: unknown): FormField[] {
  if (!isObject(form) || !isObject(form.properties)) return [];
  const required = Array.isArray(form.required) ? form.required : [];
  const places = ([name, schema]: readonly [string, JsonObject]) => [
    typeof schema.order === 'number' ? schema.order : Number.MAX_VALUE, required.includes(name) ? required.indexOf(name) : required.length,
  ] as const;
  const properties = Object.entries(form.properties).map(([name, given]) => [name, isObject(given) ? given : {}] as const);
  return properties.sort((one, other) => {
    const [[order, place], [otherOrder, otherPlace]] = [places(one), places(other)];
    return order - otherOrder || place - otherPlace;
  }).map(([name, schema]) => {
    const kind = kindOf(schema);
    return {
      name,
      title: typeof schema.title === 'string' ? schema.title : titleOf(name),
      hint: typeof schema.description === 'string' ? schema.description : null,
      kind,
      isRequired: required.includes(name),
      options: Array.isArray(schema.enum) ? schema.enum.filter((one) => one !== null).map(String) : [],
      initial: initialOf(kind, schema.default),
    };
  });
}

function kindOf(schema: JsonObject): FieldKind {
  if (Array.isArray(schema.enum)) return schema.format === 'image' ? 'picture' : 'choice';
  switch (schema.type) {
    case 'boolean':
      return 'switch';
    case 'number':
    case 'integer':
      return 'number';
    case 'string':
      if (schema.format === 'date') return 'date';
      return schema.format === 'multiline' || (typeof schema.default === 'string' && (schema.default.length > 80 || schema.default.includes('\n'))) ? 'long text' : 'text';
    default:
      return 'json';
  }
}

function initialOf(kind: FieldKind, value: Json | undefined): string | boolean {
  if (kind === 'switch') return value === true;
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

export function initialValues(fields: readonly FormField[]): Entered {
  return Object.fromEntries(fields.map((field) => [field.name, field.initial]));
}

/** What was entered, as the form asks for it. What is left empty is left out; what cannot be read is sent as text, for the server to say so. */
export function valuesOf(fields: readonly FormField[], entered: Entered): JsonObject {
  const values: JsonObject = {};
  for (const { name, kind } of fields) {
    const value = entered[name];
    if (value === undefined || value === '') continue;
    const json = typeof value === 'string' && (kind === 'number' || kind === 'json') ? parseJson(value) : undefined;
    values[name] = json === undefined ? value : json;
  }
  return values;
}
