import { ActionIcon, Button, Input, NativeSelect, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Json, JsonObject } from '../../../api/json';
import { ParamField } from '../../templates/ParamField';
import { fieldsOf, paramsOf, problemOf, type Field } from '../../templates/params';
import classes from './Panel.module.css';

const kinds: { value: string; label: string; initial: Json }[] = [
  { value: 'text', label: 'Text', initial: '' },
  { value: 'number', label: 'Number', initial: 0 },
  { value: 'switch', label: 'Yes or no', initial: false },
  { value: 'json', label: 'JSON', initial: [] },
];

interface Props {
  params: JsonObject;
  change: (params: JsonObject) => void;
}

/** What a run is asked for, with what it is unless somebody says otherwise. */
export function ParamsForm({ params, change }: Props) {
  // What cannot be saved yet (no name, JSON that is half typed) is kept here.
  const [form, setForm] = useState<{ of: JsonObject; fields: Field[] }>({ of: params, fields: fieldsOf(params) });
  const fields = form.of === params ? form.fields : fieldsOf(params);
  const write = (next: Field[]) => {
    const good = next.filter((field) => field.name !== '' && problemOf(field) === null);
    const object = paramsOf(good);
    setForm({ of: object, fields: next });
    change(object);
  };
  const set = (index: number, part: Partial<Field>) => write(fields.map((field, at) => (at === index ? { ...field, ...part } : field)));

  return (
    <Input.Wrapper label="Params" description="Asked for at each run, with these defaults. Read one as params.<name>." labelElement="div" role="group" aria-label="Params">
      <div className={classes.params}>
        {fields.map((field, index) => (
          <div key={index} className={classes.param}>
            <TextInput
              size="xs" placeholder="name" aria-label={`Name of param ${index + 1}`} value={field.name} onChange={(event) => set(index, { name: event.currentTarget.value })}
              error={field.name !== '' && fields.findIndex((one) => one.name === field.name) !== index ? 'Used twice' : null}
            />
            <NativeSelect
              size="xs" aria-label={`Kind of param ${field.name || index + 1}`} data={kinds.map(({ value, label }) => ({ value, label }))} value={field.kind === 'long text' ? 'text' : field.kind}
              onChange={(event) => {
                const initial = kinds.find((one) => one.value === event.currentTarget.value)!.initial;
                set(index, fieldsOf({ [field.name]: initial })[0]!);
              }}
            />
            <ActionIcon variant="subtle" color="gray" onClick={() => write(fields.filter((_, at) => at !== index))} aria-label={`Remove ${field.name || 'the param'}`}><X size={15} /></ActionIcon>
            <div className={classes.paramValue}>
              <ParamField field={field} isChecked isLabelHidden change={(value) => set(index, { value })} />
            </div>
          </div>
        ))}
        <Button size="compact-sm" variant="light" leftSection={<Plus size={14} aria-hidden />} onClick={() => write([...fields, { name: '', kind: 'text', value: '' }])}>Add a param</Button>
      </div>
    </Input.Wrapper>
  );
}
