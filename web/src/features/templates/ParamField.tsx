import { JsonInput, Switch, Textarea, TextInput } from '@mantine/core';
import { titleOf } from '../../shared/format';
import { problemOf, type Field } from './params';

interface Props {
  field: Field;
  change: (value: string | boolean) => void;
  isChecked: boolean;
  /** What the workflow says of it. */
  description?: string;
  /** Where the name stands beside the field already. */
  isLabelHidden?: boolean;
}

/** One param, with the input that fits its default. */
export function ParamField({ field, change, isChecked, description, isLabelHidden }: Props) {
  const title = titleOf(field.name);
  const label = isLabelHidden ? { 'aria-label': `Value of ${title || 'the param'}`, size: 'xs' } as const : { label: title, description };
  const error = isChecked ? problemOf(field) : null;
  const text = String(field.value);
  switch (field.kind) {
    case 'switch':
      return <Switch {...label} checked={field.value === true} onChange={(event) => change(event.currentTarget.checked)} />;
    case 'number':
      return <TextInput {...label} type="number" step="any" value={text} onChange={(event) => change(event.currentTarget.value)} error={error} />;
    case 'json':
      return <JsonInput {...label} description={isLabelHidden ? undefined : description ?? 'JSON'} value={text} onChange={change} error={error} autosize minRows={2} maxRows={12} formatOnBlur />;
    case 'long text':
      return <Textarea {...label} value={text} onChange={(event) => change(event.currentTarget.value)} autosize minRows={2} maxRows={10} />;
    default:
      return <TextInput {...label} value={text} onChange={(event) => change(event.currentTarget.value)} />;
  }
}
