import { describe, expect, it } from 'vitest';
import { daysBetween, lastDays, perDay, totalsBy } from './series';

describe('days', () => {
  it('are counted with both ends, over the end of a month', () => {
    expect(daysBetween('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
    expect(lastDays(7, Date.parse('2026-03-02T23:00:00Z'))).toEqual({ from: '2026-02-24', to: '2026-03-02' });
  });

  it('without executions are there with none, and workspaces are added up', () => {
    const row = (execution_date: string, status: string, total_executions: number, workspace_id = 'a') => ({ execution_date, status, total_executions, workspace_id });
    const days = perDay([row('2026-01-02', 'failed', 2), row('2026-01-02', 'failed', 3, 'b'), row('2026-01-09', 'failed', 1)], ['2026-01-01', '2026-01-02']);
    expect(days.map((day) => day.failed)).toEqual([0, 5]);
  });
});

describe('totals', () => {
  it('are by node type or by workspace, the dearest first', () => {
    const rows = [
      { workspace_id: 'a', job_type: 'generate_copy', total_tokens: 10, total_cost: 1 },
      { workspace_id: 'b', job_type: 'generate_copy', total_tokens: 5, total_cost: 2 },
      { workspace_id: 'b', job_type: 'generate_image', total_tokens: 0, total_cost: 4 },
    ];
    expect(totalsBy(rows, 'workspace_id')).toEqual([{ name: 'b', cost: 6, tokens: 5 }, { name: 'a', cost: 1, tokens: 10 }]);
    expect(totalsBy(rows, 'job_type')[1]).toEqual({ name: 'generate_copy', cost: 3, tokens: 15 });
  });
});
