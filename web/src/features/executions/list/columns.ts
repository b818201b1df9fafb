import { useLocalStorage } from '@mantine/hooks';

/** What the list can show of an execution besides its workflow and status. */
export const columns = {
  progress: 'Progress', by: 'Started by', started: 'Started', duration: 'Duration', cost: 'Cost', workspace: 'Workspace', id: 'Id',
} as const;

export type Column = keyof typeof columns;

export const allColumns = Object.keys(columns) as Column[];

/** The columns that this browser's reader has chosen. */
export function useColumns() {
  return useLocalStorage<readonly Column[]>({
    key: 'execution-columns', defaultValue: ['progress', 'by', 'started', 'duration', 'cost'], getInitialValueInEffect: false,
    serialize: (chosen) => chosen.join(','), deserialize: (kept) => allColumns.filter((column) => kept?.split(',').includes(column)),
  });
}
