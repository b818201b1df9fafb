import { Fieldset, Select, Switch } from '@mantine/core';
import { isObject, type JsonObject } from '../../../../api/json';
import { titleOf } from '../../../../shared/format';
import { LiquidField } from '../../liquid/LiquidField';
import type { Schema } from '../../model/nodeTypes';
import { AnyField } from './AnyField';
import type { FieldProps } from './FieldProps';
import classes from './fields.module.css';
import { ListField } from './ListField';
import { ModelField } from './ModelField';
import { NumberField } from './NumberField';
import { PairsField } from './PairsField';
import { TemplateField } from './TemplateField';

/** One setting, with the input that its schema asks for. */
export function SchemaField(props: FieldProps) {
  const { name, schema, value, change, isRequired, errors } = props;
  const common = { label: titleOf(name), description: schema.description, isRequired };
  const error = errors.get('') ?? null;
  const type = typeOf(schema);

  if (name === 'model') return <ModelField {...common} error={firstOf(errors)} takesSeveral={takesList(schema)} value={value} change={change} />;
  if (schema.enum) {
    return (
      <Select
        label={common.label} description={schema.description} withAsterisk={isRequired} error={error} value={value === undefined || value === null ? null : String(value)} placeholder="Default"
        data={schema.enum.filter((one) => one !== null).map(String)} clearable={!isRequired} onChange={(next) => change(next ?? undefined)} clearButtonProps={{ 'aria-label': `Clear ${common.label}` }}
      />
    );
  }
  if (type === 'boolean' && typeof value !== 'string') {
    return <Switch label={common.label} description={schema.description} checked={value === true} onChange={(event) => change(event.currentTarget.checked || undefined)} />;
  }
  if (type === 'number' || type === 'integer') return <NumberField {...common} error={error} value={value} change={change} />;
  if (isOneOrMore(schema)) {
    return <ListField {...props} value={value === undefined || value === null || Array.isArray(value) ? value : [value]} change={(next) => change(Array.isArray(next) && next.length < 2 ? next[0] : next)} />;
  }
  if (type === 'array' && schema.items?.type && typeof value !== 'string') return <ListField {...props} />;
  if (type === 'object' && schema.properties) return <ObjectField {...props} />;
  if (type === 'object' && typeof value !== 'string') return <PairsField {...common} error={firstOf(errors)} value={isObject(value) ? value : {}} change={(next) => change(Object.keys(next).length > 0 ? next : undefined)} />;
  if (type === 'string' && name === 'template_id') return <TemplateField {...common} error={error} value={typeof value === 'string' ? value : ''} change={change} />;
  if (type !== undefined && !(type === 'array' && !schema.items?.type)) {
    return (
      <LiquidField
        {...common} error={firstOf(errors)} value={typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value)} isCondition={schema.format === 'liquid-condition'} isLong={schema.format === 'multiline'}
        change={(next) => change(next === '' && !isRequired ? undefined : next)}
      />
    );
  }
  return <AnyField {...common} name={name} isList={type === 'array'} error={firstOf(errors)} value={value} change={change} />;
}

function ObjectField({ name, schema, value, change, errors }: FieldProps) {
  const object: JsonObject = isObject(value) ? value : {};
  return (
    <Fieldset legend={titleOf(name)} className={classes.set} variant="filled">
      <p className={classes.hint}>{schema.description}</p>
      {Object.entries(schema.properties ?? {}).map(([member, memberSchema]) => (
        <SchemaField
          key={member} name={member} schema={memberSchema} value={object[member]} errors={below(errors, member)} isRequired={schema.required?.includes(member)}
          change={(next) => {
            const { [member]: _, ...rest } = object;
            const all = next === undefined ? rest : { ...rest, [member]: next };
            change(Object.keys(all).length > 0 ? all : undefined);
          }}
        />
      ))}
    </Fieldset>
  );
}

/** Whether a setting is a text or a list of them. */
function isOneOrMore(schema: Schema): boolean {
  return Array.isArray(schema.type) && schema.type.includes('string') && schema.type.includes('array');
}

/** The type of a setting without null; undefined for one that takes anything. */
export function typeOf(schema: Schema): string | undefined {
  if (!Array.isArray(schema.type)) return schema.type;
  const types = schema.type.filter((type) => type !== 'null');
  return types.length === 1 ? types[0] : undefined;
}

function takesList({ type, anyOf, oneOf }: Schema): boolean {
  return [type].flat().includes('array') || [...(anyOf ?? []), ...(oneOf ?? [])].some(takesList);
}

export function below(errors: ReadonlyMap<string, string>, member: string): ReadonlyMap<string, string> {
  const prefix = `/${member}`;
  return new Map([...errors].filter(([pointer]) => pointer === prefix || pointer.startsWith(`${prefix}/`)).map(([pointer, text]) => [pointer.slice(prefix.length), text]));
}

function firstOf(errors: ReadonlyMap<string, string>): string | null {
  return errors.values().next().value ?? null;
}
