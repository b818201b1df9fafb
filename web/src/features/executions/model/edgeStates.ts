import type { GraphEdge } from '../../../graph/model';
import type { Runs } from './runs';

/** What became of an edge: not reached yet, about to be gone along, gone along, or not taken. */
export type EdgeState = 'idle' | 'active' | 'taken' | 'skipped';

export function edgeState(edge: GraphEdge, runs: Runs): EdgeState {
  const source = runs.get(edge.source);
  if (!source) return 'idle';
  if (source.status === 'skipped' || source.status === 'cancelled') return 'skipped';
  // What failed and was gone past (`on_error`) has its error as its output.
  if (source.status === 'failed' && !source.hasOutput) return 'skipped';
  if (source.status !== 'completed' && source.status !== 'failed') return 'idle';
  return isLive(edge.sourceHandle, source.branch) ? taken(edge, runs) : 'skipped';
}

// A node takes its branch and the edges without a handle; one that failed takes only `error`, and only where it has that branch.
function isLive(handle: string | null, branch: string | null): boolean {
  if (handle === 'error' || branch === 'error') return handle === branch;
  return handle === null || branch === null || handle === branch;
}

function taken(edge: GraphEdge, runs: Runs): EdgeState {
  const target = runs.get(edge.target)?.status;
  return target === 'running' || target === 'waiting' ? 'active' : 'taken';
}
