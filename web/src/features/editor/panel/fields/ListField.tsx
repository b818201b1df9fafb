import { ActionIcon, Button, Input } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { titleOf } from '../../../../shared/format';
import { LiquidField } from '../../liquid/LiquidField';
import type { FieldProps } from './FieldProps';
import classes from './fields.module.css';

/** A list of texts; or a template that comes to a list. */
export function ListField({ name, schema, value, change, isRequired, errors }: FieldProps) {
  const items = Array.isArray(value) ? value : [];
  const title = titleOf(name);
  const itemType = Array.isArray(schema.items?.type) ? schema.items.type[0] : schema.items?.type;
  const toItem = (text: string) => (itemType === 'integer' || itemType === 'number') && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  return (
    <Input.Wrapper label={title} description={schema.description} withAsterisk={isRequired} error={errors.values().next().value} labelElement="div" role="group" aria-label={title}>
      <div className={classes.rows}>
        {items.map((item, index) => (
          <div key={index} className={classes.row}>
            <div className={classes.grow}>
              <LiquidField
                label={`${title}, ${index + 1}`} isLabelHidden value={typeof item === 'string' ? item : JSON.stringify(item)}
                change={(next) => change(items.map((one, at) => (at === index ? toItem(next) : one)))}
              />
            </div>
            <ActionIcon variant="subtle" color="gray" onClick={() => change(items.filter((_, at) => at !== index))} aria-label={`Remove ${index + 1} from ${title}`}><X size={15} /></ActionIcon>
          </div>
        ))}
        <div className={classes.tools}>
          <Button size="compact-xs" variant="light" leftSection={<Plus size={13} aria-hidden />} onClick={() => change([...items, ''])}>Add</Button>
          {items.length === 0 ? <Button size="compact-xs" variant="subtle" onClick={() => change('{{  }}')}>Take a list from a template</Button> : null}
        </div>
      </div>
    </Input.Wrapper>
  );
}
