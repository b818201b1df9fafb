import { JsonInput, NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import type { FormField } from './form';
import classes from './Inbox.module.css';

interface Props {
  field: FormField;
  value: string | boolean;
  error: string | null;
  change: (value: string | boolean) => void;
  pictureUrl: (id: string) => string;
}

/** One field of a form, with the input that fits it. */
export function FormFieldInput({ field, value, error, change, pictureUrl }: Props) {
  const common = { label: field.title, description: field.hint, withAsterisk: field.isRequired, error };
  const text = String(value);
  switch (field.kind) {
    case 'switch':
      return <Switch label={field.title} description={field.hint} error={error} checked={value === true} onChange={(event) => change(event.currentTarget.checked)} />;
    case 'number':
      return <TextInput {...common} type="number" step="any" value={text} onChange={(event) => change(event.currentTarget.value)} />;
    case 'choice':
      return <NativeSelect {...common} data={['', ...field.options]} value={text} onChange={(event) => change(event.currentTarget.value)} />;
    case 'picture':
      return <Pictures field={field} value={text} error={error} change={change} pictureUrl={pictureUrl} />;
    case 'date':
      return <TextInput {...common} type="date" value={text} onChange={(event) => change(event.currentTarget.value)} />;
    case 'long text':
      return <Textarea {...common} value={text} onChange={(event) => change(event.currentTarget.value)} autosize minRows={4} maxRows={24} />;
    case 'json':
      return <JsonInput {...common} value={text} onChange={change} autosize minRows={2} maxRows={12} formatOnBlur />;
    default:
      return <TextInput {...common} value={text} onChange={(event) => change(event.currentTarget.value)} />;
  }
}

function Pictures({ field, value, error, change, pictureUrl }: Props) {
  return (
    <fieldset className={classes.pictures}>
      <legend>{field.title}</legend>
      {field.options.map((id, index) => (
        <label key={id} className={classes.picture}>
          <input type="radio" name={field.name} value={id} checked={value === id} onChange={() => change(id)} aria-label={`Picture ${index + 1} of ${field.options.length}`} />
          <img src={pictureUrl(id)} alt="" loading="lazy" />
        </label>
      ))}
      {error ? <p className={classes.error} role="alert">{error}</p> : null}
    </fieldset>
  );
}
