import { Input, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { isObject, notJson, parseJson, type Json } from '../../../../api/json';
import { LiquidField } from '../../liquid/LiquidField';
import classes from './fields.module.css';
import { PairsField } from './PairsField';

interface Props {
  name: string;
  label: string;
  description?: string;
  error: string | null;
  isRequired?: boolean;
  /** Whether it comes to a list, which has no named fields. */
  isList?: boolean;
  value: Json | undefined;
  change: (value: Json | undefined) => void;
}

type Mode = 'text' | 'fields' | 'json';

const modes = [{ value: 'text', label: 'Template' }, { value: 'fields', label: 'Fields' }, { value: 'json', label: 'JSON' }];
const usuallyFields = new Set(['fields', 'params', 'body', 'value']);

/** A setting that takes anything: a template, named fields, or JSON with templates in it. */
export function AnyField({ name, label, description, error, isRequired, isList, value, change }: Props) {
  const [mode, setMode] = useState<Mode>(() => modeOf(name, value));
  const [json, setJson] = useState<string | null>(null);
  const shownJson = json ?? (value === undefined ? '' : JSON.stringify(value, null, 2));
  const jsonProblem = mode === 'json' && json !== null && json.trim() !== '' && parseJson(json) === undefined ? notJson : null;
  const turn = (next: Mode) => {
    setMode(next);
    setJson(null);
    if (next === 'fields' && !isObject(value)) change(undefined);
  };
  return (
    <div className={classes.any}>
      <div className={classes.anyHead}>
        <Input.Label required={isRequired} component="div">{label}</Input.Label>
        <SegmentedControl size="xs" data={isList ? modes.filter((one) => one.value !== 'fields') : modes} value={mode} onChange={(next) => turn(next as Mode)} aria-label={`How ${label} is written`} />
      </div>
      {description ? <p className={classes.hint}>{description}</p> : null}
      {mode === 'fields' ? (
        <PairsField label={label} isLabelHidden error={error} value={isObject(value) ? value : {}} change={(next) => change(Object.keys(next).length > 0 ? next : undefined)} />
      ) : mode === 'json' ? (
        <LiquidField
          label={label} isLabelHidden isCode error={jsonProblem ?? error} value={shownJson}
          change={(next) => {
            setJson(next);
            const result = parseJson(next);
            if (next.trim() === '') change(undefined);
            else if (result !== undefined) change(result);
          }}
        />
      ) : (
        <LiquidField
          label={label} isLabelHidden error={error} value={value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)}
          change={(next) => change(next === '' ? undefined : plain(next))}
        />
      )}
    </div>
  );
}

function modeOf(name: string, value: Json | undefined): Mode {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return 'text';
  if (isObject(value)) return Object.values(value).every((member) => typeof member === 'string') ? 'fields' : 'json';
  if (Array.isArray(value) || name.includes('schema')) return 'json';
  return usuallyFields.has(name) ? 'fields' : 'text';
}

// `true` and numbers are meant as such.
function plain(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
