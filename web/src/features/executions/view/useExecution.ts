import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { isEnded } from '../../../api/types';
import { mayPass } from '../../../app/queryClient';
import { openUp } from '../../../graph/layout';
import { readGraph } from '../../../graph/model';
import { applyEvents } from '../model/liveJobs';
import { baseNodeId, runsOf } from '../model/jobs';
import { executionGraphQuery, executionQuery } from '../queries';
import { useEvents } from './useEvents';

const leastWait = 700;

/** An execution as it goes on: its record, its events, the graph it follows and what ran of each node. */
export function useExecution(id: string) {
  const query = useQuery({
    ...executionQuery(id),
    refetchInterval: ({ state }) => {
      if (state.error && !mayPass(state.error)) return false;
      return state.data && isEnded(state.data.execution.status) ? false : 5_000;
    },
  });
  const execution = query.data?.execution;
  const isOver = execution ? isEnded(execution.status) : false;
  const { events, connection } = useEvents(id, execution !== undefined, isOver);
  useRereading(id, events.length);

  const template = useQuery({ ...executionGraphQuery(id, execution?.template_version), enabled: execution !== undefined, placeholderData: (before) => before });
  const graph = useMemo(
    () => (template.data ? openUp(readGraph(template.data.nodes_json, template.data.edges_json)) : undefined),
    [template.data],
  );
  const ids = useMemo(() => new Set(graph?.nodes.map((node) => node.id)), [graph]);
  const jobs = useMemo(
    () => applyEvents(execution?.jobs ?? [], events, query.data?.knownEvent ?? 0),
    [execution?.jobs, events, query.data?.knownEvent],
  );
  const runs = useMemo(() => runsOf(jobs, ids), [jobs, ids]);
  const undrawn = useMemo(() => (graph ? [...runs.keys()].filter((node) => !ids.has(baseNodeId(node))).length : 0), [graph, ids, runs]);
  // Without the graph nobody knows which jobs are one node.
  const nodes = useMemo(() => (graph ? {
    settled: [...runs.values()].filter((run) => run.completedAt !== null || run.status === 'skipped').length,
    all: Math.max(graph.nodes.length, runs.size),
  } : undefined), [graph, runs]);

  return { query, execution, isOver, events, connection, template, graph, jobs, runs, nodes, undrawn };
}

/** Reads the execution again after events, but never so often that reading is all that is done. */
function useRereading(id: string, eventCount: number) {
  const client = useQueryClient();
  const nextAt = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (eventCount === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(async () => {
      const began = Date.now();
      timer.current = undefined;
      await client.refetchQueries({ queryKey: ['execution', id], exact: true });
      void client.invalidateQueries({ queryKey: ['execution', id, 'checkpoints'] });
      void client.invalidateQueries({ queryKey: ['execution', id, 'metrics'] });
      nextAt.current = Date.now() + Math.max(leastWait, 3 * (Date.now() - began));
    }, Math.max(60, nextAt.current - Date.now()));
  }, [client, id, eventCount]);

  useEffect(() => () => {
    clearTimeout(timer.current);
    timer.current = undefined;
  }, [id]);
}
