import { createContext, use } from 'react';
import { createStore, useStore } from 'zustand';

/** Which node is chosen. Apart from the nodes themselves: when it changes, the two nodes that it concerns are drawn, and no others. */
export function createSelection(first: string | undefined) {
  return createStore<{ selected: string | undefined }>(() => ({ selected: first }));
}

export type Selection = ReturnType<typeof createSelection>;

export const SelectionContext = createContext<Selection | null>(null);

export function useIsSelected(id: string): boolean {
  return useStore(use(SelectionContext)!, (state) => state.selected === id);
}
