import { useEffect, useState } from 'react';
import type { ExecutionEvent } from '../../../api/types';
import { setLastEventId } from '../eventCursors';

export type Connection = 'connecting' | 'live' | 'lost' | 'over';

export interface EventLog {
  events: readonly ExecutionEvent[];
  connection: Connection;
}

// An EventSource tells only of the types that are asked for.
const eventTypes = [
  'created', 'started', 'recovered', 'node_started', 'node_completed', 'node_retrying', 'node_waiting', 'node_failed', 'node_skipped',
  'paused', 'resumed', 'retried', 'forked', 'signalled', 'checkpointed', 'failed', 'completed', 'cancelled',
];

const flushMilliseconds = 150;
const retryMilliseconds = 2_500;

/**
 * The events of an execution, those of the past first, then as they happen. The browser resumes a stream that breaks by itself.
 * @param isOver Whether the execution has ended; its stream ends with it, and is opened again when it goes on.
 */
export function useEvents(executionId: string, isOver: boolean): EventLog {
  const [log, setLog] = useState<EventLog & { of: string }>({ of: executionId, events: [], connection: 'connecting' });

  useEffect(() => {
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let flush: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    let fresh: ExecutionEvent[] = [];
    let isFirst = true;

    const show = (connection: Connection) => setLog((log) => ({ of: executionId, events: log.of === executionId ? log.events : [], connection }));
    // Many events come at once; the page is drawn once for all of them.
    const take = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as ExecutionEvent;
      if ((event.id ?? 0) <= last) return;
      last = event.id ?? last;
      fresh.push(event);
      flush ??= setTimeout(() => {
        flush = undefined;
        const more = fresh;
        fresh = [];
        const isWhole = isFirst;
        isFirst = false;
        setLastEventId(executionId, last);
        setLog((log) => ({ ...log, of: executionId, events: isWhole || log.of !== executionId ? more : log.events.concat(more) }));
      }, flushMilliseconds);
    };
    const open = () => {
      source = new EventSource(`/api/executions/${encodeURIComponent(executionId)}/events?after=${last}`);
      source.onopen = () => show('live');
      source.onerror = () => {
        if (source?.readyState !== EventSource.CLOSED) return show(isOver ? 'over' : 'lost');
        // 204: nothing can follow. Anything else that closes a stream may pass.
        show(isOver ? 'over' : 'lost');
        if (!isOver) retry = setTimeout(open, retryMilliseconds);
      };
      for (const type of eventTypes) source.addEventListener(type, take);
    };
    open();
    return () => {
      source?.close();
      clearTimeout(retry);
      clearTimeout(flush);
    };
  }, [executionId, isOver]);

  return log.of === executionId ? log : { events: [], connection: 'connecting' };
}
