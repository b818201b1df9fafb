import { describe, expect, it } from 'vitest';
import { attemptsOf } from './attempts';
import { atCheckpoint } from './checkpoint';
import { criticalPath } from './criticalPath';
import { edgeState } from './edgeStates';
import { applyEvents } from './liveRuns';
import { progressOf, runsOf } from './runs';
import { at, event, node, summary } from './testRecords';

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
  it('brings a node up to the newest event of it', () => {
    const [live] = applyEvents([summary('a', 'running', { started_at: at(1) })], [event(1, 'node_started', 'a'), event(2, 'node_completed', 'a')], 1);
    expect(live).toMatchObject({ jobs: { completed: 1 }, started_at: at(1), completed_at: at(2) });
  });

  it('adds a node that was not there when the execution was read', () => {
    expect(applyEvents([], [event(5, 'node_started', 'new')], 4)).toMatchObject([{ node_id: 'new', jobs: { running: 1 }, started_at: at(5) }]);
  });

  it('takes no notice of events that the nodes tell of already', () => {
    const nodes = [summary('a', 'running')];
    expect(applyEvents(nodes, [event(3, 'node_failed', 'a')], 3)).toBe(nodes);
  });

  it('does not take back what was read later than the event', () => {
    const [read] = applyEvents([summary('a', 'completed', { completed_at: at(9) })], [event(8, 'node_waiting', 'a')], 0);
    expect(read!.jobs).toEqual({ completed: 1 });
  });
});

describe('runsOf', () => {
  const graph = { nodes: [node('each'), node('write', 'each')], edges: [] };
  const loop = (status: 'waiting' | 'failed') => summary('each', status, { job_type: 'for_each', items: 12_000 });

  it('knows how many items of a body are to come, and calls both running as long as there are', () => {
    const runs = runsOf([loop('waiting'), summary('write', { completed: 4_087 }, { completed_at: at(3) })], graph);
    expect(runs.get('write')).toMatchObject({ status: 'running', settled: 4_087, total: 12_000, completedAt: null });
    expect(runs.get('each')!.status).toBe('running');
  });

  it('expects no more items of a loop that is over', () => {
    const runs = runsOf([loop('failed'), summary('write', { completed: 3, failed: 1 })], graph);
    expect(runs.get('write')).toMatchObject({ status: 'failed', settled: 4, total: 4 });
  });

  it('shows a failure before everything else', () => {
    expect(runsOf([summary('a', { completed: 1, failed: 1, running: 1 })], undefined).get('a')!.status).toBe('failed');
  });
});

describe('progressOf', () => {
  const settled = { completed_at: at(1), has_output: true };

  it('counts items in parts of their loop', () => {
    const graph = { nodes: [node('start'), node('each'), node('write', 'each'), node('end')], edges: [] };
    const runs = runsOf([summary('start', 'completed', settled), summary('each', 'waiting', { job_type: 'for_each', items: 200 }), summary('write', { completed: 100 })], graph);
    expect(progressOf(graph, runs)).toEqual({ percent: 50, nodesDone: 1, nodes: 4 });
  });

  it('does not take what failed for done, unless the workflow goes on past it', () => {
    const graph = { nodes: [node('a'), node('b')], edges: [] };
    const failed = (has_output: boolean) => progressOf(graph, runsOf([summary('a', 'completed', settled), summary('b', 'failed', { completed_at: at(2), has_output })], graph));
    expect(failed(false)).toEqual({ percent: 50, nodesDone: 1, nodes: 2 });
    expect(failed(true)).toEqual({ percent: 100, nodesDone: 2, nodes: 2 });
  });

  it('counts no frames and notes', () => {
    const graph = { nodes: [node('a'), { ...node('frame'), type: 'group' }], edges: [] };
    expect(progressOf(graph, runsOf([summary('a', 'completed', settled)], graph)).nodes).toBe(1);
  });
});

describe('edgeState', () => {
  const runs = (...nodes: ReturnType<typeof summary>[]) => runsOf(nodes, undefined);

  it('takes the branch that the node took and no other', () => {
    const all = runs(summary('if', 'completed', { branch: 'true', has_output: true }), summary('yes', 'running'));
    expect(edgeState(edge('if', 'yes', 'true'), all)).toBe('active');
    expect(edgeState(edge('if', 'no', 'false'), all)).toBe('skipped');
  });

  it('goes on from a failure only where the workflow says so', () => {
    expect(edgeState(edge('a', 'b'), runs(summary('a', 'failed')))).toBe('skipped');
    expect(edgeState(edge('a', 'b'), runs(summary('a', 'failed', { has_output: true })))).toBe('taken');
    expect(edgeState(edge('a', 'b', 'error'), runs(summary('a', 'completed', { has_output: true })))).toBe('skipped');
    const branched = runs(summary('a', 'failed', { branch: 'error', has_output: true }));
    expect(edgeState(edge('a', 'b', 'error'), branched)).toBe('taken');
    expect(edgeState(edge('a', 'b'), branched)).toBe('skipped');
  });

  it('is idle before its source is done', () => {
    expect(edgeState(edge('a', 'b'), runs(summary('a', 'running')))).toBe('idle');
    expect(edgeState(edge('a', 'b'), runs())).toBe('idle');
  });
});

describe('attemptsOf', () => {
  it('makes one attempt of each start, with how it ended', () => {
    const attempts = attemptsOf([event(1, 'node_started', 'a'), event(2, 'node_retrying', 'a'), event(5, 'node_started', 'a'), event(6, 'node_completed', 'a')]);
    expect(attempts.get('a')!.map(({ outcome, start, end }) => [outcome, end! - start])).toEqual([['retrying', 1_000], ['completed', 1_000]]);
  });

  it('takes one that was put off for one attempt', () => {
    const attempts = attemptsOf([event(1, 'node_started', 'a'), event(2, 'node_waiting', 'a'), event(7, 'node_started', 'a'), event(8, 'node_completed', 'a')]);
    expect(attempts.get('a')).toMatchObject([{ outcome: 'completed', start: Date.parse(at(1)), end: Date.parse(at(8)) }]);
  });

  it('keeps waiting part of its attempt', () => {
    const attempts = attemptsOf([event(1, 'node_started', 'a'), event(2, 'node_waiting', 'a'), event(8, 'node_completed', 'a')]);
    expect(attempts.get('a')).toMatchObject([{ outcome: 'completed', end: Date.parse(at(8)) }]);
  });
});

describe('atCheckpoint', () => {
  it('counts nodes and not items, and runs what had failed again', () => {
    const graph = { nodes: [node('start'), node('each'), node('write', 'each'), node('call'), node('no'), node('end')], edges: [] };
    const checkpoint = { completed_node_ids: ['start', 'write#0', 'write#1'], pending_node_ids: ['each', 'write', 'end'], execution_state: { skipped_node_ids: ['no'] } };
    expect(atCheckpoint(graph, checkpoint as never)).toEqual({ done: 1, left: 4 });
  });
});
