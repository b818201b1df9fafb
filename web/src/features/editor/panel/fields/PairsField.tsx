import { ActionIcon, Button, Input, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Json, JsonObject } from '../../../../api/json';
import { LiquidField } from '../../liquid/LiquidField';
import classes from './fields.module.css';

interface Props {
  label: string;
  description?: string;
  error: string | null;
  isRequired?: boolean;
  isLabelHidden?: boolean;
  value: JsonObject;
  change: (value: JsonObject) => void;
}

/** Names with values. */
export function PairsField({ label, description, error, isRequired, isLabelHidden, value, change }: Props) {
  // A name that is empty, or there already, is kept here until it can be used.
  const [rows, setRows] = useState<{ of: JsonObject; list: [string, Json][] }>({ of: value, list: Object.entries(value) });
  const list = rows.of === value || sameAs(rows.list, value) ? rows.list : Object.entries(value);
  const write = (next: [string, Json][]) => {
    const object = Object.fromEntries(next.filter(([name]) => name !== ''));
    setRows({ of: object, list: next });
    change(object);
  };
  return (
    <Input.Wrapper label={isLabelHidden ? undefined : label} description={description} withAsterisk={isRequired} error={error} labelElement="div" role="group" aria-label={label}>
      <div className={classes.rows}>
        {list.map(([name, member], index) => (
          <div key={index} className={classes.pair}>
            <TextInput
              size="xs" classNames={{ input: classes.name }} placeholder="name" aria-label={`Name ${index + 1} of ${label}`} value={name}
              error={name !== '' && list.findIndex(([other]) => other === name) !== index ? 'Used twice' : null}
              onChange={(event) => write(list.map((row, at) => (at === index ? [event.currentTarget.value, row[1]] : row)))}
            />
            <div className={classes.grow}>
              <LiquidField
                label={`Value of ${name || index + 1}`} isLabelHidden placeholder="value" value={typeof member === 'string' ? member : JSON.stringify(member)}
                change={(next) => write(list.map((row, at) => (at === index ? [row[0], next] : row)))}
              />
            </div>
            <ActionIcon variant="subtle" color="gray" onClick={() => write(list.filter((_, at) => at !== index))} aria-label={`Remove ${name || 'the value'}`}><X size={15} /></ActionIcon>
          </div>
        ))}
        <Button size="compact-xs" variant="light" className={classes.add} leftSection={<Plus size={13} aria-hidden />} onClick={() => write([...list, ['', '']])}>Add</Button>
      </div>
    </Input.Wrapper>
  );
}

function sameAs(list: [string, Json][], value: JsonObject): boolean {
  return JSON.stringify(Object.fromEntries(list.filter(([name]) => name !== ''))) === JSON.stringify(value);
}
