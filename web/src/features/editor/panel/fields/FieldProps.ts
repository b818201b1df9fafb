import type { Json } from '../../../../api/json';
import type { Schema } from '../../model/nodeTypes';

/** What the input of a setting is given. */
export interface FieldProps {
  name: string;
  schema: Schema;
  value: Json | undefined;
  change: (value: Json | undefined) => void;
  isRequired?: boolean;
  /** What is wrong, by JSON pointer from this field on. */
  errors: ReadonlyMap<string, string>;
}
