import type { GraphEdge } from '../../../graph/model';
import type { NodeRun } from './jobs';

/** What became of an edge: not reached yet, about to be gone along, gone along, or not taken. */
export type EdgeState = 'idle' | 'active' | 'taken' | 'skipped';

export function edgeState(edge: GraphEdge, runs: ReadonlyMap<string, NodeRun>): EdgeState {
  const source = runs.get(edge.source);
  if (!source) return 'idle';
  if (source.status === 'skipped' || source.status === 'cancelled') return 'skipped';
  // What failed and was gone past (`on_error`) has its error as its output.
  if (source.status === 'failed' && !source.hasOutput) return 'skipped';
  if (source.status !== 'completed' && source.status !== 'failed') return 'idle';
  const isLive = edge.sourceHandle === null || source.branch === null || edge.sourceHandle === source.branch;
  return isLive && !(edge.sourceHandle === 'error' && source.branch !== 'error') ? taken(edge, runs) : 'skipped';
}

function taken(edge: GraphEdge, runs: ReadonlyMap<string, NodeRun>): EdgeState {
  const target = runs.get(edge.target)?.status;
  return target === 'running' || target === 'waiting' ? 'active' : 'taken';
}
