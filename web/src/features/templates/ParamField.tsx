import { JsonInput, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { problemOf, type Field } from './params';

interface Props {
  field: Field;
  change: (value: string | boolean) => void;
  isChecked: boolean;
}

/** One param, with the input that fits its default. */
export function ParamField({ field, change, isChecked }: Props) {
  const label = field.name.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
  const error = isChecked ? problemOf(field) : null;
  const text = String(field.value);
  switch (field.kind) {
    case 'switch':
      return <Switch label={label} checked={field.value === true} onChange={(event) => change(event.currentTarget.checked)} />;
    case 'number':
      return <NumberInput label={label} value={text} onChange={(value) => change(String(value))} error={error} />;
    case 'json':
      return <JsonInput label={label} description="JSON" value={text} onChange={change} error={error} autosize minRows={2} maxRows={12} formatOnBlur />;
    case 'long text':
      return <Textarea label={label} value={text} onChange={(event) => change(event.currentTarget.value)} autosize minRows={2} maxRows={10} />;
    default:
      return <TextInput label={label} value={text} onChange={(event) => change(event.currentTarget.value)} />;
  }
}
