/** What the list can show of an execution besides its workflow and status. */
export const columns = {
  progress: 'Progress', by: 'Started by', started: 'Started', duration: 'Duration', cost: 'Cost', workspace: 'Workspace', id: 'Id',
} as const;

export type Column = keyof typeof columns;

const usual: readonly Column[] = ['progress', 'by', 'started', 'duration', 'cost'];
const place = 'execution-columns';

/** The columns that this browser's reader has chosen. */
export function chosenColumns(): Column[] {
  const kept = localStorage.getItem(place)?.split(',');
  return (Object.keys(columns) as Column[]).filter((column) => (kept ?? usual).includes(column));
}

export function keepColumns(chosen: readonly Column[]): void {
  localStorage.setItem(place, chosen.join(','));
}
