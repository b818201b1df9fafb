import type { components } from '../../api/schema';
import { executionStatuses } from '../../api/types';

export type SummaryRow = components['schemas']['SummaryRow'];
export type UsageRow = components['schemas']['TypeUsageRow'];

/** The days from one to another, both included, as `2026-01-31`. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += 86_400_000) days.push(new Date(time).toISOString().slice(0, 10));
  return days;
}

/** The last so many days, in UTC. */
export function lastDays(count: number, now = Date.now()): { from: string; to: string } {
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  return { from: day(now - (count - 1) * 86_400_000), to: day(now) };
}

/** How many executions there were on each day, by status; days without any count too. */
export function perDay(rows: readonly SummaryRow[], days: readonly string[]): Record<string, string | number>[] {
  const byDay = new Map(days.map((day) => [day, { day, ...Object.fromEntries(executionStatuses.map((status) => [status, 0])) } as Record<string, string | number>]));
  for (const row of rows) {
    const entry = byDay.get(row.execution_date ?? '');
    if (entry && row.status) entry[row.status] = Number(entry[row.status] ?? 0) + (row.total_executions ?? 0);
  }
  return [...byDay.values()];
}

export interface Total {
  name: string;
  cost: number;
  tokens: number;
}

/** Costs and tokens added up by one column, the dearest first. */
export function totalsBy(rows: readonly UsageRow[], column: 'workspace_id' | 'job_type'): Total[] {
  const totals = new Map<string, Total>();
  for (const row of rows) {
    const total = totals.get(row[column]) ?? { name: row[column], cost: 0, tokens: 0 };
    total.cost += row.total_cost ?? 0;
    total.tokens += row.total_tokens ?? 0;
    totals.set(total.name, total);
  }
  return [...totals.values()].sort((a, b) => b.cost - a.cost || b.tokens - a.tokens);
}
