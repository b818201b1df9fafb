import { createContext, use } from 'react';
import type { Variable } from '../model/scope';

/** What templates in the fields of a form may read; worked out when somebody asks. */
export const VariablesContext = createContext<() => readonly Variable[]>(() => []);

export function useVariables(): () => readonly Variable[] {
  return use(VariablesContext);
}
