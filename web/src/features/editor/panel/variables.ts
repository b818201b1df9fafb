import { createContext, use, type RefObject } from 'react';
import type { Variable } from '../model/scope';

/** What templates in the fields of a form may read; worked out when somebody asks. */
export const VariablesContext = createContext<() => readonly Variable[]>(() => []);

export function useVariables(): () => readonly Variable[] {
  return use(VariablesContext);
}

/** Puts what a template reads into the field that was written in last, or else the first one. */
export type Insert = (path: string) => void;

export const FieldContext = createContext<RefObject<Insert | null>>({ current: null });

export function useField(): RefObject<Insert | null> {
  return use(FieldContext);
}

/** What a template read last where it stands: the value, or undefined for one that is not known. */
export const LastValueContext = createContext<(path: string) => unknown>(() => undefined);

/** The type of the node whose settings are shown. */
export const NodeTypeContext = createContext<string>('');
