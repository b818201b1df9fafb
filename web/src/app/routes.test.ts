import { describe, expect, it } from 'vitest';
import { hrefTo, match } from '../shared/routing';
import { routes } from './routes';

describe('routes', () => {
  it('find the view of an address, and what it is asked for', () => {
    const found = match(routes, '/executions/exec-1%2F2?node=write&tab=events&more=1');
    expect(found.route).toBe(routes['/executions/:executionId']);
    expect(found.params).toEqual({ executionId: 'exec-1/2' });
    expect(found.search).toEqual({ node: 'write', tab: 'events' });
    expect(match(routes, '/batches/new').route).toBe(routes['/batches/new']);
    expect(match(routes, '/analytics/?days=7').search).toEqual({ days: 7, workspace: undefined });
    expect(match(routes, '/executions?from=yesterday').search).not.toHaveProperty('from', 'yesterday');
    expect(match(routes, '/nowhere/else').route).toBeUndefined();
  });

  it('are written into links', () => {
    expect(hrefTo({ to: '/templates/:templateId', params: { templateId: 'a b' }, search: { node: 'x&y' } })).toBe('/templates/a%20b?node=x%26y');
    expect(hrefTo({ to: '/executions', search: { status: 'failed', by: undefined } })).toBe('/executions?status=failed');
    expect(hrefTo({ to: '/' })).toBe('/');
  });
});
