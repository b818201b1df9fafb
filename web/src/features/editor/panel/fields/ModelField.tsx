import { TagsInput } from '@mantine/core';
import { useContext } from 'react';
import { stringsOf, type Json } from '../../../../api/json';
import type { components } from '../../../../api/schema';
import { useModels } from '../../model/nodeTypes';
import { NodeTypeContext } from '../variables';
import classes from './fields.module.css';

type Model = components['schemas']['ModelDetails'];

interface Props {
  label: string;
  description?: string;
  error: string | null;
  /** Whether others may be named, for when the one before them fails. */
  takesSeveral: boolean;
  value: Json | undefined;
  change: (value: Json | undefined) => void;
}

/** A model, chosen from those that are configured, with their prices; or any text, such as a template that comes to one. */
export function ModelField({ label, description, error, takesSeveral, value, change }: Props) {
  const kind = useContext(NodeTypeContext) === 'generate_image' ? 'image' : 'copy';
  const models = useModels()?.filter((model) => model.kind === kind) ?? [];
  const chosen = typeof value === 'string' ? [value].filter((one) => one !== '') : stringsOf(value);
  const usual = models.find((model) => model.is_default);
  return (
    <TagsInput
      label={label} description={description} error={error} value={chosen} data={models.map((model) => model.name)} maxTags={takesSeveral ? undefined : 1}
      splitChars={[]} acceptValueOnBlur maxDropdownHeight={260}
      placeholder={chosen.length === 0 ? usual ? `Default: ${usual.name}` : 'Default' : takesSeveral ? 'And if that fails' : ''}
      renderOption={({ option }) => {
        const model = models.find((one) => one.name === option.value);
        return <span className={classes.model}><span>{option.value}</span>{model ? <span className={classes.price}>{priceOf(model)}</span> : null}</span>;
      }}
      onChange={(next) => change(next.length === 0 ? undefined : next.length === 1 ? next[0] : next)}
    />
  );
}

function priceOf(model: Model): string {
  if (model.name === 'offline') return 'built in, free';
  if (model.kind === 'image') return model.per_image > 0 ? `$${model.per_image} an image` : 'no price set';
  return model.input_per_million > 0 || model.output_per_million > 0 ? `$${model.input_per_million} in, $${model.output_per_million} out a million tokens` : 'no price set';
}
