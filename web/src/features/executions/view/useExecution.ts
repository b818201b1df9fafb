import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { isEnded, type NodeSummary } from '../../../api/types';
import { mayPass } from '../../../app/queryClient';
import { openUp } from '../../../graph/layout';
import { readGraph } from '../../../graph/model';
import { applyEvents } from '../model/liveRuns';
import { progressOf, runsOf, type Progress } from '../model/runs';
import { executionGraphQuery, executionQuery, nodesQuery } from '../queries';
import { useEvents } from './useEvents';

const leastWait = 700;
/** Items of loops send no events here, as there may be thousands a second: they are counted so often. */
const countEvery = 1_000;
const noNodes: readonly NodeSummary[] = [];

/** An execution as it goes on: its record, its events, the graph it follows and what ran of each node. */
export function useExecution(id: string) {
  const query = useQuery({
    ...executionQuery(id),
    refetchInterval: ({ state }) => {
      if (state.error && !mayPass(state.error)) return false;
      return state.data && isEnded(state.data.status) ? false : 5_000;
    },
  });
  const execution = query.data;
  const isOver = execution ? isEnded(execution.status) : false;
  const { data } = useQuery({
    ...nodesQuery(id),
    enabled: execution !== undefined,
    refetchInterval: ({ state }) => (isOver ? false : state.data?.nodes.some(isLoopThatRuns) ? countEvery : 5_000),
  });
  const { events, connection } = useEvents(id, execution !== undefined, isOver);
  useRereading(id, events.length);

  const template = useQuery({ ...executionGraphQuery(id, execution?.template_version), enabled: execution !== undefined, placeholderData: (before) => before });
  const graph = useMemo(
    () => (template.data ? openUp(readGraph(template.data.nodes_json, template.data.edges_json)) : undefined),
    [template.data],
  );
  const runs = useMemo(() => runsOf(applyEvents(data?.nodes ?? noNodes, events, data?.knownEvent ?? 0), graph), [data, events, graph]);
  const undrawn = useMemo(() => {
    const ids = new Set(graph?.nodes.map((node) => node.id));
    return graph ? [...runs.keys()].filter((node) => !ids.has(node)).length : 0;
  }, [graph, runs]);
  // Without the graph nobody knows how many nodes are to come.
  const progress = useMemo((): Progress | undefined => {
    if (!graph || !execution || !data) return undefined;
    const counted = progressOf(graph, runs);
    return execution.status === 'completed' ? { ...counted, percent: 100 } : { ...counted, percent: Math.min(99, counted.percent) };
  }, [data, execution, graph, runs]);

  return { query, execution, isOver, events, connection, template, graph, runs, progress, undrawn };
}

function isLoopThatRuns({ items, jobs }: NodeSummary): boolean {
  return items != null && Object.keys(jobs as object).some((status) => status === 'waiting' || status === 'running');
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
      await Promise.all([
        client.refetchQueries({ queryKey: executionQuery(id).queryKey, exact: true }),
        client.refetchQueries({ queryKey: nodesQuery(id).queryKey, exact: true }),
      ]);
      const shown = [executionQuery(id).queryKey, nodesQuery(id).queryKey].map(String);
      void client.invalidateQueries({ queryKey: ['execution', id], predicate: ({ queryKey }) => !shown.includes(String(queryKey)) });
      nextAt.current = Date.now() + Math.max(leastWait, 3 * (Date.now() - began));
    }, Math.max(60, nextAt.current - Date.now()));
  }, [client, id, eventCount]);

  useEffect(() => () => {
    clearTimeout(timer.current);
    timer.current = undefined;
  }, [id]);
}
