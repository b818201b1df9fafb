import { describe, expect, it } from 'vitest';
import type { ListedExecution } from '../../../api/types';
import { toCsv } from './csv';

const row = { id: 'exec-1', template_id: 'tpl', status: 'failed', progress_percent: 25, workspace_id: 'default', total_cost: 0.5 } as ListedExecution;

describe('toCsv', () => {
  it('quotes what has to be quoted, and lets no cell be a formula', () => {
    const [head, line] = toCsv([{ ...row, error_message: '=1+1, "no"' }], new Map([['tpl', 'Letters']])).split('\r\n');
    expect(head!.split(',').slice(0, 3)).toEqual(['id', 'workflow', 'status']);
    expect(line).toBe(`exec-1,Letters,failed,25,,default,,,,0.5,"'=1+1, ""no"""`);
  });
});
