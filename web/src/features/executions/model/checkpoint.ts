import { isObject, stringsOf } from '../../../api/json';
import type { Checkpoint } from '../../../api/types';
import type { Graph } from '../../../graph/model';
import { isDrawing } from '../../../shared/nodeKinds';
import { baseNodeId } from './runs';

/** How many nodes are done at a checkpoint, and how many a fork of it runs: those that were not, and those that had failed. */
export function atCheckpoint(graph: Graph, checkpoint: Checkpoint): { done: number; left: number } {
  const pending = new Set(checkpoint.pending_node_ids);
  const completed = new Set(checkpoint.completed_node_ids?.map(baseNodeId));
  const skipped = new Set(isObject(checkpoint.execution_state) ? stringsOf(checkpoint.execution_state.skipped_node_ids) : []);
  const nodes = graph.nodes.filter((node) => !isDrawing(node.type) && !skipped.has(node.id));
  const done = nodes.filter((node) => completed.has(node.id) && !pending.has(node.id)).length;
  return { done, left: nodes.length - done };
}
