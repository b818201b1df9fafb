import { Autocomplete } from '@mantine/core';
import { useTemplateNames } from '../../../templates/queries';

interface Props {
  label: string;
  description?: string;
  error: string | null;
  isRequired?: boolean;
  value: string;
  change: (value: string) => void;
}

/** Another workflow, by its id; chosen by its name. */
export function TemplateField({ label, description, error, isRequired, value, change }: Props) {
  const names = useTemplateNames();
  return (
    <Autocomplete
      label={label} description={names.get(value) ?? description} withAsterisk={isRequired} error={error} value={value} onChange={change}
      data={[...names.keys()]} renderOption={({ option }) => names.get(option.value) ?? option.value}
      filter={({ options, search }) => options.filter((option) => 'value' in option && (search === value || `${names.get(option.value)} ${option.value}`.toLowerCase().includes(search.toLowerCase())))}
      maxDropdownHeight={240}
    />
  );
}
