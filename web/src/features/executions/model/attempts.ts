import type { ExecutionEvent } from '../../../api/types';

export interface Attempt {
  start: number;
  end: number | null;
  outcome: 'running' | 'retrying' | 'failed' | 'completed' | 'waiting';
  /** What was said of its failure. */
  error: string | null;
}

const endings: Record<string, Attempt['outcome']> = {
  node_completed: 'completed', node_failed: 'failed', node_retrying: 'retrying', node_waiting: 'waiting',
};

/** The attempts of each node, from the events that began and ended them. Times are in milliseconds. */
export function attemptsOf(events: readonly ExecutionEvent[]): Map<string, Attempt[]> {
  const attempts = new Map<string, Attempt[]>();
  for (const { event_type: type, node_id: node, created_at: at, message } of events) {
    if (!node || !at) continue;
    const time = Date.parse(at);
    const list = attempts.get(node) ?? [];
    const last = list.at(-1);
    const ending = endings[type];
    // One that was put off is the same attempt when it begins again.
    if (type === 'node_started' && last?.outcome === 'waiting') last.outcome = 'running';
    else if (type === 'node_started') list.push({ start: time, end: null, outcome: 'running', error: null });
    else if (ending && last && (last.end === null || last.outcome === 'waiting')) {
      Object.assign(last, { end: ending === 'waiting' ? null : time, outcome: ending, error: ending === 'failed' || ending === 'retrying' ? message?.replace(/^.*? failed: /, '') ?? null : null });
    }
    attempts.set(node, list);
  }
  return attempts;
}

/** How an attempt went, for people: what is tried again has failed. */
export function shownOutcome({ outcome }: { outcome: string }): string {
  return outcome === 'retrying' ? 'failed' : outcome;
}
