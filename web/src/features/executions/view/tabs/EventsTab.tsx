import { Button, Select, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import type { ExecutionEvent } from '../../../../api/types';
import { formatDateTime, formatTime, plural } from '../../../../shared/format';
import { JsonView } from '../../../../shared/JsonView';
import { baseNodeId, type Runs } from '../../model/runs';
import classes from './EventsTab.module.css';

const pageSize = 150;

interface Props {
  events: readonly ExecutionEvent[];
  runs: Runs;
  select: (node: string | undefined) => void;
}

/** What happened, newest first. */
export default function EventsTab({ events, runs, select }: Props) {
  const [text, setText] = useState('');
  const [severity, setSeverity] = useState<string | null>(null);
  const [limit, setLimit] = useState(pageSize);
  const wanted = useDeferredValue(text).trim().toLowerCase();
  const matching = useMemo(() => events
    .filter((event) => (severity === null || event.severity === severity)
      && (wanted === '' || `${event.event_type} ${event.node_id ?? ''} ${event.message ?? ''}`.toLowerCase().includes(wanted)))
    .reverse(), [events, severity, wanted]);

  return (
    <div>
      <div className={classes.tools}>
        <TextInput
          className={classes.search} type="search" placeholder="Type, node or message" aria-label="Filter the events" value={text}
          leftSection={<Search size={15} aria-hidden />} onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          className={classes.severity} aria-label="Severity" placeholder="Any severity" clearable value={severity} onChange={setSeverity}
          data={['info', 'warning', 'error']} clearButtonProps={{ 'aria-label': 'Any severity' }}
        />
        <span className={classes.count} role="status">{plural(matching.length, 'event')}</span>
      </div>
      <ol className={classes.list}>
        {matching.slice(0, limit).map((event) => (
          <li key={event.id} className={classes.event} data-severity={event.severity ?? 'info'}>
            <time className={classes.time} dateTime={event.created_at ?? undefined} title={formatDateTime(event.created_at)}>{formatTime(event.created_at)}</time>
            <span className={classes.type}>{event.event_type.replaceAll('_', ' ')}</span>
            <div className={classes.what}>
              <span className={classes.message}>{event.message}</span>
              {event.node_id ? <button type="button" className={classes.node} onClick={() => select(baseNodeId(event.node_id!))}>{event.node_id}</button> : null}
              {hasData(event.event_data) ? <Data data={event.event_data} /> : null}
            </div>
          </li>
        ))}
      </ol>
      {[...runs.values()].some((run) => run.total > 1) ? <p className={classes.note}>Events of single items of a loop are with the item: choose the node in the graph, then the item.</p> : null}
      {matching.length > limit ? <Button variant="default" size="xs" onClick={() => setLimit(limit + pageSize)}>Show older</Button> : null}
    </div>
  );
}

function Data({ data }: { data: unknown }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={classes.data} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>data</summary>
      {isOpen ? <JsonView value={data} /> : null}
    </details>
  );
}

function hasData(data: unknown): boolean {
  return typeof data === 'object' && data !== null && Object.keys(data).length > 0;
}
