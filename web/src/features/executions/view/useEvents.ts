import { useEffect, useRef, useState } from 'react';
import { addressOf } from '../../../api/functionKey';
import type { ExecutionEvent } from '../../../api/types';
import { setLastEventId } from '../eventCursors';

export type Connection = 'connecting' | 'live' | 'lost' | 'over';

export interface EventLog {
  events: readonly ExecutionEvent[];
  connection: Connection;
}

// An EventSource tells only of the types that are asked for.
const eventTypes = [
  'created', 'scheduled', 'given', 'started', 'recovered', 'node_started', 'node_completed', 'node_retrying', 'node_waiting', 'node_failed', 'node_skipped',
  'paused', 'resumed', 'retried', 'signalled', 'checkpointed', 'failed', 'completed', 'cancelled',
];

const flushMilliseconds = 150;
const retryMilliseconds = 2_500;

/**
 * The events of an execution, those of the past first, then as they happen; without those of single items of loops.
 * The browser resumes a stream that breaks by itself.
 * @param isKnown Whether there is such an execution; before that nothing is asked for.
 * @param isOver Whether the execution has ended; its stream ends with it, and is opened again when it goes on.
 */
export function useEvents(executionId: string, isKnown: boolean, isOver: boolean): EventLog {
  const [log, setLog] = useState<EventLog & { of: string }>({ of: executionId, events: [], connection: 'connecting' });

  const known = useRef({ of: executionId, last: 0 });

  useEffect(() => {
    if (!isKnown) return;
    if (known.current.of !== executionId) known.current = { of: executionId, last: 0 };
    const place = known.current;
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let flush: ReturnType<typeof setTimeout> | undefined;
    let fresh: ExecutionEvent[] = [];

    const show = (connection: Connection) => setLog((log) => ({ of: executionId, events: log.of === executionId ? log.events : [], connection }));
    const add = () => {
      flush = undefined;
      const more = fresh;
      fresh = [];
      if (more.length === 0) return;
      setLastEventId(executionId, place.last);
      setLog((log) => ({ ...log, of: executionId, events: log.of === executionId ? log.events.concat(more) : more }));
    };
    // Many events come at once; the page is drawn once for all of them.
    const take = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as ExecutionEvent;
      if ((event.id ?? 0) <= place.last) return;
      place.last = event.id ?? place.last;
      fresh.push(event);
      flush ??= setTimeout(add, flushMilliseconds);
    };
    const open = () => {
      source = new EventSource(addressOf(`/api/executions/${encodeURIComponent(executionId)}/events?items=false&after=${place.last}`));
      source.onopen = () => show('live');
      source.onerror = () => {
        show(isOver ? 'over' : 'lost');
        // A stream that breaks is opened again by the browser. One that is closed has ended, or was refused for a reason that may pass.
        if (source?.readyState === EventSource.CLOSED && !isOver) retry = setTimeout(open, retryMilliseconds);
      };
      for (const type of eventTypes) source.addEventListener(type, take);
    };
    open();
    return () => {
      source?.close();
      clearTimeout(retry);
      clearTimeout(flush);
      add();
    };
  }, [executionId, isKnown, isOver]);

  return log.of === executionId ? log : { events: [], connection: 'connecting' };
}
