import { useState } from 'react';
import type { Json } from '../../../../api/json';
import { LiquidField } from '../../liquid/LiquidField';

interface Props {
  label: string;
  description?: string;
  error: string | null;
  isRequired?: boolean;
  value: Json | undefined;
  change: (value: Json | undefined) => void;
}

/** A number, or a template that comes to one. */
export function NumberField({ value, change, ...rest }: Props) {
  const [typed, setTyped] = useState<{ text: string; value: Json | undefined }>({ text: '', value: undefined });
  // What was typed stands as it was typed, `1.` too, until the value comes from elsewhere.
  const text = typed.value === value && typed.text !== '' ? typed.text : value === undefined || value === null ? '' : String(value);
  return (
    <LiquidField
      {...rest} value={text}
      change={(next) => {
        const trimmed = next.trim();
        const parsed = trimmed === '' ? undefined : Number.isFinite(Number(trimmed)) ? Number(trimmed) : next;
        setTyped({ text: next, value: parsed });
        change(parsed);
      }}
    />
  );
}
