import { describe, expect, it } from 'vitest';
import { attemptsOf } from './attempts';
import { criticalPath } from './criticalPath';
import { edgeState } from './edgeStates';
import { runsOf, statusOfMany } from './jobs';
import { applyEvents } from './liveJobs';
import { at, event, job } from './testJobs';

const edge = (source: string, target: string, sourceHandle: string | null = null) => ({ id: `${source}-${target}`, source, target, sourceHandle, targetHandle: null });

describe('criticalPath', () => {
  it('goes back from the last end through whom each node waited for', () => {
    const spans = [
      { id: 'start', start: 0, end: 1 }, { id: 'quick', start: 1, end: 2 }, { id: 'slow', start: 1, end: 9 }, { id: 'end', start: 9, end: 10 },
    ];
    const path = criticalPath(spans, [edge('start', 'quick'), edge('start', 'slow'), edge('quick', 'end'), edge('slow', 'end')]);
    expect([...path]).toEqual(['end', 'slow', 'start']);
  });

  it('ends for edges in a circle', () => {
    expect(criticalPath([{ id: 'a', start: 0, end: 1 }, { id: 'b', start: 0, end: 2 }], [edge('a', 'b'), edge('b', 'a')]).size).toBe(2);
  });

  it('is empty where nothing ran', () => {
    expect(criticalPath([], [edge('a', 'b')]).size).toBe(0);
  });
});

describe('applyEvents', () => {
  it('brings a job up to the newest event of its node', () => {
    const [live] = applyEvents([job({ node_id: 'a', status: 'running', started_at: at(1) })], [event(1, 'node_started', 'a'), event(2, 'node_completed', 'a')], 1);
    expect(live).toMatchObject({ status: 'completed', started_at: at(1), completed_at: at(2) });
  });

  it('adds a job that was not there when the execution was read', () => {
    expect(applyEvents([], [event(5, 'node_started', 'new')], 4)).toMatchObject([{ node_id: 'new', status: 'running', started_at: at(5) }]);
  });

  it('takes no notice of events that the jobs tell of already', () => {
    const jobs = [job({ node_id: 'a', status: 'running' })];
    expect(applyEvents(jobs, [event(3, 'node_failed', 'a')], 3)).toBe(jobs);
  });

  it('does not take back what was read later than the event', () => {
    const [read] = applyEvents([job({ node_id: 'a', status: 'completed', completed_at: at(9) })], [event(8, 'node_waiting', 'a')], 0);
    expect(read!.status).toBe('completed');
  });
});

describe('runsOf', () => {
  it('adds up the items of a loop under the node of its body', () => {
    const runs = runsOf([
      job({ node_id: 'loop', status: 'running' }),
      job({ node_id: 'write#0', status: 'completed', tokens_used: 5, cost_usd: 0.1, started_at: at(1), completed_at: at(3) }),
      job({ node_id: 'write#1', status: 'running', tokens_used: 7, started_at: at(2), attempt: 2 }),
    ], new Set(['loop', 'write']));
    expect(runs.get('write')).toMatchObject({ status: 'running', tokens: 12, attempts: 2, startedAt: at(1), completedAt: null });
    expect(runs.get('loop')!.jobs).toHaveLength(1);
  });

  it('leaves an id with a # alone where the graph has a node of that name', () => {
    expect(runsOf([job({ node_id: 'a#1', status: 'completed' })], new Set(['a', 'a#1'])).has('a')).toBe(false);
  });

  it('shows a failure before everything else', () => {
    expect(statusOfMany([{ status: 'completed' }, { status: 'failed' }, { status: 'running' }])).toBe('failed');
  });
});

describe('edgeState', () => {
  const runs = (...jobs: Parameters<typeof job>[0][]) => runsOf(jobs.map(job), new Set(jobs.map(({ node_id }) => node_id)));

  it('takes the branch that the node took and no other', () => {
    const all = runs({ node_id: 'if', status: 'completed', branch: 'true', output: {} }, { node_id: 'yes', status: 'running' });
    expect(edgeState(edge('if', 'yes', 'true'), all)).toBe('active');
    expect(edgeState(edge('if', 'no', 'false'), all)).toBe('skipped');
  });

  it('goes on from a failure only where the workflow says so', () => {
    expect(edgeState(edge('a', 'b'), runs({ node_id: 'a', status: 'failed' }))).toBe('skipped');
    expect(edgeState(edge('a', 'b'), runs({ node_id: 'a', status: 'failed', output: { error: {} } }))).toBe('taken');
    expect(edgeState(edge('a', 'b', 'error'), runs({ node_id: 'a', status: 'completed', output: {} }))).toBe('skipped');
    const branched = runs({ node_id: 'a', status: 'failed', branch: 'error', output: { error: {} } });
    expect(edgeState(edge('a', 'b', 'error'), branched)).toBe('taken');
    expect(edgeState(edge('a', 'b'), branched)).toBe('skipped');
  });

  it('is idle before its source is done', () => {
    expect(edgeState(edge('a', 'b'), runs({ node_id: 'a', status: 'running' }))).toBe('idle');
    expect(edgeState(edge('a', 'b'), runs())).toBe('idle');
  });
});

describe('attemptsOf', () => {
  it('makes one attempt of each start, with how it ended', () => {
    const attempts = attemptsOf([event(1, 'node_started', 'a'), event(2, 'node_retrying', 'a'), event(5, 'node_started', 'a'), event(6, 'node_completed', 'a')]);
    expect(attempts.get('a')!.map(({ outcome, start, end }) => [outcome, end! - start])).toEqual([['retrying', 1_000], ['completed', 1_000]]);
  });

  it('keeps waiting part of its attempt', () => {
    const attempts = attemptsOf([event(1, 'node_started', 'a'), event(2, 'node_waiting', 'a'), event(8, 'node_completed', 'a')]);
    expect(attempts.get('a')).toMatchObject([{ outcome: 'completed', end: Date.parse(at(8)) }]);
  });
});
