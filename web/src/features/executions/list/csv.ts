import { api, unwrap } from '../../../api/client';
import type { ListedExecution } from '../../../api/types';
import { toQuery, type ExecutionFilter } from '../queries';

const most = 10_000;

/** All executions that a filter finds, as CSV (RFC 4180), newest first; 10,000 at the most. */
export async function exportCsv(filter: ExecutionFilter, names: ReadonlyMap<string, string>): Promise<string> {
  const rows: ListedExecution[] = [];
  for (let cursor: string | null | undefined; cursor !== null && rows.length < most;) {
    const page: { items: ListedExecution[]; next_cursor: string | null } = await unwrap(api.GET('/api/executions', { params: { query: { ...toQuery(filter), limit: 200, cursor: cursor ?? undefined } } }));
    rows.push(...page.items);
    cursor = page.next_cursor;
  }
  return toCsv(rows, names);
}

const fields: [string, (row: ListedExecution, names: ReadonlyMap<string, string>) => unknown][] = [
  ['id', (row) => row.id], ['workflow', (row, names) => names.get(row.template_id) ?? row.template_id], ['status', (row) => row.status], ['progress_percent', (row) => row.progress_percent],
  ['created_by', (row) => row.created_by], ['workspace_id', (row) => row.workspace_id], ['created_at', (row) => row.created_at], ['started_at', (row) => row.started_at],
  ['completed_at', (row) => row.completed_at], ['cost_usd', (row) => row.total_cost], ['error', (row) => row.error_message],
];

export function toCsv(rows: readonly ListedExecution[], names: ReadonlyMap<string, string>): string {
  return [fields.map(([name]) => name), ...rows.map((row) => fields.map(([, value]) => value(row, names)))].map((line) => line.map(cell).join(',')).join('\r\n');
}

// A spreadsheet would run what begins like a formula.
function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value === 'string' ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
